const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["playground/assets/Editor-CfwDatME.js","playground/assets/rolldown-runtime-XKyaHtl9.js","playground/assets/graphiql-omHOUH8q.js","playground/assets/react-BNCMh3YF.js","playground/assets/preload-DygEbaNj.js","playground/assets/monaco-BPlhT9xx.js","playground/assets/monaco-DvZFIWEg.css","playground/assets/graphiql-Bq7ZaMxA.css"])))=>i.map(i=>d[i]);
import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{i as t,n,t as r}from"./react-BNCMh3YF.js";import{t as i}from"./preload-DygEbaNj.js";var a=n(),o=`goldthread.api-key`,s=class{#e=`no`;#t=[];#n=new Set;get value(){return sessionStorage.getItem(o)}get asking(){return this.#e}ask(){return this.#e===`no`&&this.#r(this.value===null?`first`:`again`),new Promise(e=>this.#t.push(e))}answer(e){e!==null&&sessionStorage.setItem(o,e);let t=this.#t;this.#t=[],this.#r(`no`);for(let n of t)n(e!==null)}subscribe(e){return this.#n.add(e),()=>this.#n.delete(e)}#r(e){this.#e=e;for(let e of this.#n)e()}},c=`# Who was this customer on 1 January 2025?
# As best known now, and what was successively believed about that day before.
query WhoWasThisCustomer {
  customer(sourceKey: {system: "crm", key: "1042"}, asOf: "2025-01-01T00:00:00Z") {
    firstName
    lastName
    address {
      street
      city
    }
    beliefs {
      version {
        address {
          city
        }
        validFrom
      }
    }
  }
}
`,l=`# Which file and which run carried this version?
# Back to the row of the source's file, and on to the lake and the warehouse.
query WhatCarriedThisVersion {
  customer(sourceKey: {system: "crm", key: "1042"}, asOf: "2025-01-01T00:00:00Z") {
    version {
      number
      provenance(attributes: ["city", "phone"]) {
        attribute
        sourceSystem
        file
        position
        runId
      }
      carriedBy {
        file
        runId
        load {
          runId
          loadedAt
        }
      }
    }
  }
}
`,u=`# What is upstream of the warehouse table?
# Every dataset and job it comes from, as of now; add asOf and knownAt for any other instant.
query WhatIsUpstreamOfTheWarehouse {
  lineage(of: {name: "warehouse.customers_history", kind: DATASET}, direction: UPSTREAM, depth: 6) {
    nodes {
      distance
      kind
      displayName
    }
  }
}
`,d=`# Which customers lived in Köln in the middle of 2024?
# The search looks at what was true at that instant, wherever they live now.
query SearchCustomers {
  customers(search: "Köln", first: 5, asOf: "2024-07-01T00:00:00Z") {
    nodes {
      id
      firstName
      lastName
      address {
        city
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,f=`# The whole story of one customer
# Every version along valid time, in the shape of a slowly changing dimension.
query TheWholeStory {
  customer(sourceKey: {system: "crm", key: "1042"}) {
    sourceRecords {
      system
      key
    }
    history {
      version
      validFrom
      validTo
      isCurrent
      sourceSystem
      attributes
    }
  }
}
`,p=`# What stops if a data center fails?
# The lakes, warehouses and pipelines hosted there, directly or through others.
query WhatStopsIfADataCenterFails {
  dataCenters(first: 5) {
    nodes {
      name
      location
      failsWith {
        kind
        name
      }
    }
  }
}
`;function m(e,t){let n=t.split(`
`),r=n.findIndex(e=>!e.startsWith(`#`)),[i,...a]=n.slice(0,r===-1?n.length:r).map(e=>e.replace(/^#+\s*/,``).trim()).filter(e=>e!==``);return{title:i?.replace(/\.$/,``)??h(e),about:a.join(` `)}}function h(e){let t=e.replace(/^\d+[-_]/,``).replaceAll(/[-_]/g,` `);return t.charAt(0).toUpperCase()+t.slice(1)}var g=Object.assign({"../../docs/queries/01-who-was-this-customer.graphql":c,"../../docs/queries/02-what-carried-this-version.graphql":l,"../../docs/queries/03-what-is-upstream-of-the-warehouse.graphql":u,"../../docs/queries/04-search-customers.graphql":d,"../../docs/queries/05-the-whole-story.graphql":f,"../../docs/queries/06-where-things-are-hosted.graphql":p}),_=Object.assign({}),v=Object.keys(g).sort().map(e=>{let t=e.replace(/^.*\//,``).replace(/\.graphql$/,``),n=g[e].trimEnd()+`
`,r=_[e.replace(/\.graphql$/,`.variables.json`)]?.trimEnd()??null;return{id:t,title:m(t,n).title,query:n,variables:r}}),y=`# Ask Goldthread anything its schema offers: Ctrl-Space completes, Ctrl-Enter runs.
query Welcome {
  __typename
}
`;function b(e){let t=new URLSearchParams(e).get(`example`);return v.find(e=>e.id===t)}var x=e(t(),1),S=r(),C=[[`system`,`Auto`],[`light`,`Light`],[`dark`,`Dark`]];function w({theme:e,onTheme:t,onExample:n}){return(0,S.jsxs)(`header`,{children:[(0,S.jsxs)(`a`,{className:`brand`,href:`/`,children:[(0,S.jsx)(T,{}),(0,S.jsx)(`span`,{children:`Goldthread`})]}),(0,S.jsx)(`h1`,{children:`playground`}),v.length>0&&(0,S.jsxs)(`select`,{"aria-label":`Open an example`,value:``,onChange:e=>{let t=v.find(({id:t})=>t===e.target.value);t&&n(t)},children:[(0,S.jsx)(`option`,{value:``,children:`Examples`}),v.map(({id:e,title:t})=>(0,S.jsx)(`option`,{value:e,children:t},e))]}),(0,S.jsxs)(`nav`,{children:[(0,S.jsx)(`a`,{href:`/`,children:`Home`}),(0,S.jsx)(`a`,{href:`/metrics`,children:`Metrics`}),(0,S.jsx)(`a`,{href:`/readyz`,children:`Readiness`})]}),(0,S.jsx)(`div`,{className:`themes`,role:`group`,"aria-label":`Colours`,children:C.map(([n,r])=>(0,S.jsx)(`button`,{type:`button`,"aria-pressed":e===n,onClick:()=>t(n),children:r},n))})]})}function T(){return(0,S.jsxs)(`svg`,{viewBox:`0 0 32 32`,width:`24`,height:`24`,"aria-hidden":`true`,children:[(0,S.jsx)(`path`,{className:`thread`,d:`M4 23c6 0 6-14 12-14s6 14 12 14`}),(0,S.jsx)(`circle`,{className:`bead`,cx:`16`,cy:`9`,r:`4`})]})}function E({refused:e,onAnswer:t}){let[n,r]=(0,x.useState)(``);return(0,S.jsxs)(`form`,{className:`key-question`,onSubmit:e=>{e.preventDefault(),n.trim()!==``&&t(n.trim())},children:[(0,S.jsx)(`label`,{htmlFor:`api-key`,children:e?`The server refused this key. Try another:`:`This server asks for an API key:`}),(0,S.jsx)(`input`,{id:`api-key`,type:`password`,autoComplete:`off`,autoFocus:!0,value:n,onChange:e=>r(e.target.value)}),(0,S.jsx)(`button`,{type:`submit`,children:`Use key`}),(0,S.jsx)(`button`,{type:`button`,onClick:()=>t(null),children:`Not now`}),(0,S.jsx)(`small`,{children:`Kept in this browser tab only.`})]})}var D=`goldthread.theme`,O=matchMedia(`(prefers-color-scheme: dark)`);function k(){let[e,t]=(0,x.useState)(A),n=(0,x.useSyncExternalStore)(j,()=>O.matches),r=e===`system`?n?`dark`:`light`:e;return(0,x.useEffect)(()=>{localStorage.setItem(D,e),document.documentElement.dataset.shade=r},[e,r]),{theme:e,shade:r,choose:t}}function A(){let e=localStorage.getItem(D);return e===`light`||e===`dark`?e:`system`}function j(e){return O.addEventListener(`change`,e),()=>O.removeEventListener(`change`,e)}var M=(0,x.lazy)(()=>i(()=>import(`./Editor-CfwDatME.js`).then(e=>e.t),__vite__mapDeps([0,1,2,3,4,5,6,7])));function N({apiKey:e,linked:t}){let{theme:n,shade:r,choose:i}=k(),[a,o]=(0,x.useState)(null),s=(0,x.useSyncExternalStore)(t=>e.subscribe(t),()=>e.asking);return(0,S.jsxs)(S.Fragment,{children:[(0,S.jsx)(w,{theme:n,onTheme:i,onExample:e=>o({example:e})}),s!==`no`&&(0,S.jsx)(E,{refused:s===`again`,onAnswer:t=>e.answer(t)}),(0,S.jsx)(`main`,{children:(0,S.jsx)(x.Suspense,{fallback:(0,S.jsx)(`p`,{className:`opening`,children:`Opening the editor…`}),children:(0,S.jsx)(M,{apiKey:e,shade:r,linked:t,opened:a})})})]})}var P=b(location.search);location.search!==``&&history.replaceState(null,``,location.pathname),(0,a.createRoot)(document.getElementById(`root`)).render((0,S.jsx)(N,{apiKey:new s,linked:P}));export{y as n,v as t};