const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/Editor-I0eTTGaG.js","assets/rolldown-runtime-XKyaHtl9.js","assets/graphiql-BQAqkIZV.js","assets/preload-DygEbaNj.js","assets/react-BNCMh3YF.js","assets/monaco-C-CizP2I.js","assets/monaco-bXSXvguU.css","assets/shell-BaYGq6tS.js","assets/xyflow-B_BtVBi8.js","assets/xyflow-CeJeskZg.css","assets/graphiql-Bq7ZaMxA.css"])))=>i.map(i=>d[i]);
import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{i as t,n,t as r}from"./react-BNCMh3YF.js";import{t as i}from"./api-key-DtU4IxLN.js";import{t as a}from"./theme-DBP8M1UD.js";import{t as o}from"./preload-DygEbaNj.js";var s=n(),c=`# Who was this customer on 1 January 2025?
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
`,h=`# Find anything by a word, mistyped or half typed
# Names, columns, descriptions, owners, tags, SQL and customers; best first, with where it matched.
query FindAnything {
  search(text: "custmoer", first: 10) {
    isMistyped
    totalCount
    facets {
      name
      counts {
        value
        count
      }
    }
    nodes {
      kind
      name
      namespace
      matches {
        field
        parts {
          text
          isMatch
        }
      }
    }
  }
}
`,g=`# What is where, and what lies in each store?
# Ask failure(of: …) with an id from here for all that stops or gets stale with it.
query WhatIsWhere {
  estate(first: 20) {
    placed
    unplaced
    stores {
      store {
        id
        kind
        name
        hostedIn {
          name
        }
      }
      datasets
      topics
      files
    }
  }
}
`,_=`# Who owns what, and what is it for?
# Every asset by name, whoever said something of it; filter by kinds, owner, tag, term, domain or namespace.
query WhoOwnsWhat {
  assets(kinds: [DATASET, TOPIC, JOB], first: 20) {
    count
    facets {
      aspect
      values {
        value
        count
      }
    }
    nodes {
      id
      kind
      qualifiedName
      description
      owners {
        name
        type
        saidBy
      }
      domain {
        name
      }
    }
  }
}
`,v=`# Where is the lineage incomplete?
# Datasets nobody writes or reads, jobs without inputs or outputs, runs that never ended, stale edges.
query WhatDoesTheLineageLack {
  lineageGaps {
    counts {
      kind
      count
    }
    gaps(kind: UNWRITTEN_DATASET, first: 20) {
      count
      nodes {
        asset {
          qualifiedName
        }
        since
      }
    }
  }
}
`,y=`# Is the warehouse table fresh, and who changed its columns?
# When it was last written, when it should be again, its versions, and which changes of its schema break readers.
query IsItFresh {
  dataset(name: "warehouse.customers_history") {
    freshness {
      lastWrittenAt
      usualIntervalSeconds
      expectedBy
      isOverdue
    }
    dataVersions(first: 5) {
      nodes {
        version
        isStated
        writtenAt
        job {
          name
        }
      }
    }
    schemaHistory(first: 5) {
      versions {
        validFrom
        isBreaking
        changes {
          kind
          isBreaking
        }
      }
    }
  }
}
`,b=`# What is hit if the golden records of customers are wrong?
# Datasets, jobs and columns downstream, the worst first, with their owners; \`column\` asks about one column alone.
query WhatIsHit {
  impact(of: {name: "golden_records.customer", kind: DATASET}, depth: 20) {
    totals {
      datasets
      jobs
      critical
      high
    }
    nodes {
      severity
      distance
      node {
        kind
        displayName
      }
      columns
      owners {
        name
      }
      lastWrittenAt
    }
  }
}
`,x=`# What has changed in lineage since the year began?
# Nodes, edges, columns and schemas; give knownAt instead of asOf for what we have learned since.
query WhatHasChanged {
  lineageDiff(from: {asOf: "2026-01-01T00:00:00Z"}, to: {}, first: 20) {
    counts {
      part
      added
      removed
      changed
    }
    changes {
      part
      change
      node {
        displayName
      }
      edge {
        from {
          displayName
        }
        to {
          displayName
        }
        validFrom
      }
    }
  }
}
`,S=`# How does a delivery of the shop get into the warehouse?
# The shortest ways, and all that lies on any way between the two.
query HowDoesItGetThere {
  lineagePaths(from: {name: "shop", kind: DATASET}, to: {name: "warehouse.customers_history", kind: DATASET}) {
    isConnected
    length
    shortest {
      nodes {
        kind
        displayName
      }
    }
    nodeCount
  }
}
`,C=`# Where is the pipeline of the warehouse most fragile?
# Datasets alone, with the jobs between them; single points of failure, the longest chain, and what most depends on.
query WhatTheShapeTells {
  lineage(of: {name: "warehouse.customers_history", kind: DATASET}, depth: 10, kinds: [DATASET], first: 100) {
    nodes {
      displayName
      hidden {
        upstream
        downstream
      }
    }
    edges {
      from
      to
      through {
        displayName
      }
    }
    insights {
      singlePoints {
        displayName
      }
      longestChain {
        displayName
      }
      ranking {
        node {
          displayName
        }
        score
      }
    }
  }
}
`;function w(e,t){let n=t.split(`
`),r=n.findIndex(e=>!e.startsWith(`#`)),[i,...a]=n.slice(0,r===-1?n.length:r).map(e=>e.replace(/^#+\s*/,``).trim()).filter(e=>e!==``);return{title:i?.replace(/\.$/,``)??T(e),about:a.join(` `)}}function T(e){let t=e.replace(/^\d+[-_]/,``).replaceAll(/[-_]/g,` `);return t.charAt(0).toUpperCase()+t.slice(1)}var E=Object.assign({"../../../docs/queries/01-who-was-this-customer.graphql":c,"../../../docs/queries/02-what-carried-this-version.graphql":l,"../../../docs/queries/03-what-is-upstream-of-the-warehouse.graphql":u,"../../../docs/queries/04-search-customers.graphql":d,"../../../docs/queries/05-the-whole-story.graphql":f,"../../../docs/queries/06-where-things-are-hosted.graphql":p,"../../../docs/queries/07-why-are-these-one-customer.graphql":m,"../../../docs/queries/08-find-anything.graphql":h,"../../../docs/queries/09-what-is-where.graphql":g,"../../../docs/queries/10-who-owns-what.graphql":_,"../../../docs/queries/11-what-does-the-lineage-lack.graphql":v,"../../../docs/queries/12-is-it-fresh.graphql":y,"../../../docs/queries/13-what-is-hit.graphql":b,"../../../docs/queries/14-what-has-changed.graphql":x,"../../../docs/queries/15-how-does-it-get-there.graphql":S,"../../../docs/queries/16-what-the-shape-tells.graphql":C}),D=Object.assign({}),O=Object.keys(E).sort().map(e=>{let t=e.replace(/^.*\//,``).replace(/\.graphql$/,``),n=E[e].trimEnd()+`
`,r=D[e.replace(/\.graphql$/,`.variables.json`)]?.trimEnd()??null;return{id:t,title:w(t,n).title,query:n,variables:r}}),k=`# Ask Goldthread anything its schema offers: Ctrl-Space completes, Ctrl-Enter runs.
query Welcome {
  __typename
}
`;function A(e){let t=new URLSearchParams(e).get(`example`);return O.find(e=>e.id===t)}var j=e(t(),1),M=r(),N=[[`system`,`Auto`],[`light`,`Light`],[`dark`,`Dark`]];function P({theme:e,onTheme:t,onExample:n}){return(0,M.jsxs)(`header`,{children:[(0,M.jsxs)(`a`,{className:`brand`,href:`/`,children:[(0,M.jsx)(F,{}),(0,M.jsx)(`span`,{children:`Goldthread`})]}),(0,M.jsx)(`h1`,{children:`playground`}),O.length>0&&(0,M.jsxs)(`select`,{"aria-label":`Open an example`,value:``,onChange:e=>{let t=O.find(({id:t})=>t===e.target.value);t&&n(t)},children:[(0,M.jsx)(`option`,{value:``,children:`Examples`}),O.map(({id:e,title:t})=>(0,M.jsx)(`option`,{value:e,children:t},e))]}),(0,M.jsxs)(`nav`,{children:[(0,M.jsx)(`a`,{href:`/`,children:`Home`}),(0,M.jsx)(`a`,{href:`/metrics`,children:`Metrics`}),(0,M.jsx)(`a`,{href:`/readyz`,children:`Readiness`})]}),(0,M.jsx)(`div`,{className:`themes`,role:`group`,"aria-label":`Colours`,children:N.map(([n,r])=>(0,M.jsx)(`button`,{type:`button`,"aria-pressed":e===n,onClick:()=>t(n),children:r},n))})]})}function F(){return(0,M.jsxs)(`svg`,{viewBox:`0 0 32 32`,width:`24`,height:`24`,"aria-hidden":`true`,children:[(0,M.jsx)(`path`,{className:`thread`,d:`M4 23c6 0 6-14 12-14s6 14 12 14`}),(0,M.jsx)(`circle`,{className:`bead`,cx:`16`,cy:`9`,r:`4`})]})}function I({refused:e,onAnswer:t}){let[n,r]=(0,j.useState)(``);return(0,M.jsxs)(`form`,{className:`key-question`,onSubmit:e=>{e.preventDefault(),n.trim()!==``&&t(n.trim())},children:[(0,M.jsx)(`label`,{htmlFor:`api-key`,children:e?`The server refused this key. Try another:`:`This server asks for an API key:`}),(0,M.jsx)(`input`,{id:`api-key`,type:`password`,autoComplete:`off`,autoFocus:!0,value:n,onChange:e=>r(e.target.value)}),(0,M.jsx)(`button`,{type:`submit`,children:`Use key`}),(0,M.jsx)(`button`,{type:`button`,onClick:()=>t(null),children:`Not now`}),(0,M.jsx)(`small`,{children:`Kept in this browser tab only.`})]})}var L=(0,j.lazy)(()=>o(()=>import(`./Editor-I0eTTGaG.js`).then(e=>e.t),__vite__mapDeps([0,1,2,3,4,5,6,7,8,9,10])));function R({apiKey:e,linked:t}){let{theme:n,shade:r,choose:i}=a(),[o,s]=(0,j.useState)(null),c=(0,j.useSyncExternalStore)(t=>e.subscribe(t),()=>e.asking);return(0,M.jsxs)(M.Fragment,{children:[(0,M.jsx)(P,{theme:n,onTheme:i,onExample:e=>s({example:e})}),c!==`no`&&(0,M.jsx)(I,{refused:c===`again`,onAnswer:t=>e.answer(t)}),(0,M.jsx)(`main`,{children:(0,M.jsx)(j.Suspense,{fallback:(0,M.jsx)(`p`,{className:`opening`,children:`Opening the editor…`}),children:(0,M.jsx)(L,{apiKey:e,shade:r,linked:t,opened:o})})})]})}var z=A(location.search);location.search!==``&&history.replaceState(null,``,location.pathname),(0,s.createRoot)(document.getElementById(`root`)).render((0,M.jsx)(R,{apiKey:new i,linked:z}));export{k as n,O as t};