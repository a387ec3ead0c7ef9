const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["playground/assets/Editor-DdsJAri6.js","playground/assets/rolldown-runtime-XKyaHtl9.js","playground/assets/graphiql-omHOUH8q.js","playground/assets/react-BNCMh3YF.js","playground/assets/preload-DygEbaNj.js","playground/assets/monaco-BPlhT9xx.js","playground/assets/monaco-DvZFIWEg.css","playground/assets/graphiql-Bq7ZaMxA.css"])))=>i.map(i=>d[i]);
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
`,m=`# Why are these two records one customer?
# What each comparison adds to the weight of the match, in bits, and the rule that decided.
query WhyAreTheseOneCustomer {
  explainMatch(left: {system: "crm", key: "1042"}, right: {system: "shop", key: "W-7731"}) {
    explanation {
      outcome
      weight
      rule
      reason
      steps {
        comparison
        level
        bits
      }
    }
  }
}
`;function h(e,t){let n=t.split(`
`),r=n.findIndex(e=>!e.startsWith(`#`)),[i,...a]=n.slice(0,r===-1?n.length:r).map(e=>e.replace(/^#+\s*/,``).trim()).filter(e=>e!==``);return{title:i?.replace(/\.$/,``)??g(e),about:a.join(` `)}}function g(e){let t=e.replace(/^\d+[-_]/,``).replaceAll(/[-_]/g,` `);return t.charAt(0).toUpperCase()+t.slice(1)}var _=Object.assign({"../../docs/queries/01-who-was-this-customer.graphql":c,"../../docs/queries/02-what-carried-this-version.graphql":l,"../../docs/queries/03-what-is-upstream-of-the-warehouse.graphql":u,"../../docs/queries/04-search-customers.graphql":d,"../../docs/queries/05-the-whole-story.graphql":f,"../../docs/queries/06-where-things-are-hosted.graphql":p,"../../docs/queries/07-why-are-these-one-customer.graphql":m}),v=Object.assign({}),y=Object.keys(_).sort().map(e=>{let t=e.replace(/^.*\//,``).replace(/\.graphql$/,``),n=_[e].trimEnd()+`
`,r=v[e.replace(/\.graphql$/,`.variables.json`)]?.trimEnd()??null;return{id:t,title:h(t,n).title,query:n,variables:r}}),b=`# Ask Goldthread anything its schema offers: Ctrl-Space completes, Ctrl-Enter runs.
query Welcome {
  __typename
}
`;function x(e){let t=new URLSearchParams(e).get(`example`);return y.find(e=>e.id===t)}var S=e(t(),1),C=r(),w=[[`system`,`Auto`],[`light`,`Light`],[`dark`,`Dark`]];function T({theme:e,onTheme:t,onExample:n}){return(0,C.jsxs)(`header`,{children:[(0,C.jsxs)(`a`,{className:`brand`,href:`/`,children:[(0,C.jsx)(E,{}),(0,C.jsx)(`span`,{children:`Goldthread`})]}),(0,C.jsx)(`h1`,{children:`playground`}),y.length>0&&(0,C.jsxs)(`select`,{"aria-label":`Open an example`,value:``,onChange:e=>{let t=y.find(({id:t})=>t===e.target.value);t&&n(t)},children:[(0,C.jsx)(`option`,{value:``,children:`Examples`}),y.map(({id:e,title:t})=>(0,C.jsx)(`option`,{value:e,children:t},e))]}),(0,C.jsxs)(`nav`,{children:[(0,C.jsx)(`a`,{href:`/`,children:`Home`}),(0,C.jsx)(`a`,{href:`/metrics`,children:`Metrics`}),(0,C.jsx)(`a`,{href:`/readyz`,children:`Readiness`})]}),(0,C.jsx)(`div`,{className:`themes`,role:`group`,"aria-label":`Colours`,children:w.map(([n,r])=>(0,C.jsx)(`button`,{type:`button`,"aria-pressed":e===n,onClick:()=>t(n),children:r},n))})]})}function E(){return(0,C.jsxs)(`svg`,{viewBox:`0 0 32 32`,width:`24`,height:`24`,"aria-hidden":`true`,children:[(0,C.jsx)(`path`,{className:`thread`,d:`M4 23c6 0 6-14 12-14s6 14 12 14`}),(0,C.jsx)(`circle`,{className:`bead`,cx:`16`,cy:`9`,r:`4`})]})}function D({refused:e,onAnswer:t}){let[n,r]=(0,S.useState)(``);return(0,C.jsxs)(`form`,{className:`key-question`,onSubmit:e=>{e.preventDefault(),n.trim()!==``&&t(n.trim())},children:[(0,C.jsx)(`label`,{htmlFor:`api-key`,children:e?`The server refused this key. Try another:`:`This server asks for an API key:`}),(0,C.jsx)(`input`,{id:`api-key`,type:`password`,autoComplete:`off`,autoFocus:!0,value:n,onChange:e=>r(e.target.value)}),(0,C.jsx)(`button`,{type:`submit`,children:`Use key`}),(0,C.jsx)(`button`,{type:`button`,onClick:()=>t(null),children:`Not now`}),(0,C.jsx)(`small`,{children:`Kept in this browser tab only.`})]})}var O=`goldthread.theme`,k=matchMedia(`(prefers-color-scheme: dark)`);function A(){let[e,t]=(0,S.useState)(j),n=(0,S.useSyncExternalStore)(M,()=>k.matches),r=e===`system`?n?`dark`:`light`:e;return(0,S.useEffect)(()=>{localStorage.setItem(O,e),document.documentElement.dataset.shade=r},[e,r]),{theme:e,shade:r,choose:t}}function j(){let e=localStorage.getItem(O);return e===`light`||e===`dark`?e:`system`}function M(e){return k.addEventListener(`change`,e),()=>k.removeEventListener(`change`,e)}var N=(0,S.lazy)(()=>i(()=>import(`./Editor-DdsJAri6.js`).then(e=>e.t),__vite__mapDeps([0,1,2,3,4,5,6,7])));function P({apiKey:e,linked:t}){let{theme:n,shade:r,choose:i}=A(),[a,o]=(0,S.useState)(null),s=(0,S.useSyncExternalStore)(t=>e.subscribe(t),()=>e.asking);return(0,C.jsxs)(C.Fragment,{children:[(0,C.jsx)(T,{theme:n,onTheme:i,onExample:e=>o({example:e})}),s!==`no`&&(0,C.jsx)(D,{refused:s===`again`,onAnswer:t=>e.answer(t)}),(0,C.jsx)(`main`,{children:(0,C.jsx)(S.Suspense,{fallback:(0,C.jsx)(`p`,{className:`opening`,children:`Opening the editor…`}),children:(0,C.jsx)(N,{apiKey:e,shade:r,linked:t,opened:a})})})]})}var F=x(location.search);location.search!==``&&history.replaceState(null,``,location.pathname),(0,a.createRoot)(document.getElementById(`root`)).render((0,C.jsx)(P,{apiKey:new s,linked:F}));export{b as n,y as t};