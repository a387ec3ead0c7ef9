import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{An as t,Rn as n,ct as r,pt as i}from"./shell-BaYGq6tS.js";import{i as a,t as o}from"./react-BNCMh3YF.js";import{f as s,g as c,p as l,s as u,u as d,v as f,w as p,y as m}from"./parts-D7cgkqAp.js";import{t as h}from"./as-of-BhcAsS6X.js";import{n as g,t as _}from"./kinds-JDTMxf6t.js";import{n as v}from"./url-DQA_RMfz.js";var y=e(a(),1),b={name:`EstateMap`,id:`sha256:c82ec58eaf94433abf278850ce4d00618137fcc67225d100c8d6c8ddd7a0579c`,text:`query EstateMap($asOf: DateTime, $knownAt: DateTime) {
  estate(first: 100, asOf: $asOf, knownAt: $knownAt) {
    count
    placed
    unplaced
    stores {
      store {
        id
        kind
        name
        qualifiedName
        hostedIn {
          id
        }
        ... on DataLake {
          storageLocation
        }
      }
      datasets
      files
      topics
    }
    pageInfo {
      hasNextPage
    }
  }
  dataCenters(first: 100, asOf: $asOf, knownAt: $knownAt) {
    nodes {
      id
      name
      location
      usedTb
      capacityTb
    }
  }
}`},x={name:`FailureOf`,id:`sha256:ff11f6735151e49e6647f27a61735216d2c4616253b274c383cc711ca447bea4`,text:`query FailureOf($of: ID!, $after: String, $asOf: DateTime, $knownAt: DateTime) {
  failure(of: $of, first: 100, after: $after, asOf: $asOf, knownAt: $knownAt) {
    of {
      id
      kind
      name
    }
    count
    truncated
    counts {
      effect
      kind
      count
    }
    hits {
      effect
      distance
      asset {
        id
        kind
        name
        qualifiedName
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`},S={split:`_split_1djgh_1`,centers:`_centers_1djgh_2`,center:`_center_1djgh_2`,centerHead:`_centerHead_1djgh_4`,fillLine:`_fillLine_1djgh_5`,fill:`_fill_1djgh_5`,stores:`_stores_1djgh_8`,store:`_store_1djgh_8`,storeHead:`_storeHead_1djgh_10`,storeWords:`_storeWords_1djgh_12`,quiet:`_quiet_1djgh_13`,storeName:`_storeName_1djgh_14`,storeFoot:`_storeFoot_1djgh_15`,failing:`_failing_1djgh_16`,hit:`_hit_1djgh_17`,panel:`_panel_1djgh_19`,panelHead:`_panelHead_1djgh_21`,totals:`_totals_1djgh_22`,kinds:`_kinds_1djgh_26`,hits:`_hits_1djgh_27`},C=o();function w(){let{asOf:e,knownAt:t}=h(),[r,i]=v(),{data:a,error:o,refetch:c}=p(b,{asOf:e,knownAt:t}),f=r.fails??null,g=p(x,{of:f??``,after:null,asOf:e,knownAt:t},{enabled:f!==null,keep:!1}),_=f===null?null:g.data?.failure??null,w=(0,y.useMemo)(()=>new Map(_?.hits.map(({asset:e,effect:t})=>[e.id,t])),[_]),E=(0,y.useMemo)(()=>a?k(a):[],[a]),D=e=>i({fails:f===e?null:e},!0);return(0,C.jsxs)(d,{title:`Estate`,size:`full`,about:a&&(0,C.jsxs)(`span`,{className:`numbers`,children:[a.estate.count.toLocaleString(`en`),` store`,a.estate.count===1?``:`s`,` in `,a.dataCenters.nodes.length,` data center`,a.dataCenters.nodes.length===1?``:`s`,` hold `,a.estate.placed.toLocaleString(`en`),` datasets`,a.estate.unplaced>0&&(0,C.jsxs)(C.Fragment,{children:[`; of `,a.estate.unplaced.toLocaleString(`en`),` nobody has said where they lie`]}),`.`]}),children:[o&&(0,C.jsx)(s,{error:o,onRetry:()=>void c()}),a===void 0&&!o&&(0,C.jsx)(u,{rows:8}),a&&E.length===0&&(0,C.jsx)(l,{title:e||t?`Nothing stood anywhere then`:`No place is known yet`,actions:(0,C.jsx)(n,{to:`/adding`,className:m({look:`main`}),children:`Add a data center or lake`}),children:`Data centers, lakes, warehouses and brokers that you add show here, with all the datasets whose address lies in them.`}),a&&E.length>0&&(0,C.jsxs)(`div`,{className:S.split,children:[(0,C.jsxs)(`div`,{className:S.centers,tabIndex:0,role:`group`,"aria-label":`Data centers`,children:[E.map(({center:e,stores:t})=>(0,C.jsx)(T,{center:e,stores:t,of:f,effects:w,onFail:D},e?.id??`elsewhere`)),a.estate.pageInfo.hasNextPage&&(0,C.jsx)(`p`,{className:S.quiet,children:`Only the first 100 stores are drawn; the catalog lists all.`})]}),f!==null&&(0,C.jsx)(O,{of:f,failure:_,error:g.error,at:{asOf:e,knownAt:t},onClose:()=>i({fails:null})})]})]})}function T({center:e,stores:n,of:r,effects:a,onFail:o}){let s=e!==null&&r===e.id;return(0,C.jsxs)(`section`,{className:t(S.center,s&&S.failing,e&&a.has(e.id)&&S.hit),"aria-label":e?.name??`No data center`,children:[(0,C.jsxs)(`header`,{className:S.centerHead,children:[(0,C.jsxs)(`div`,{children:[(0,C.jsx)(`h2`,{children:e?.name.slice(0,200)??`In no data center`}),(0,C.jsx)(`p`,{className:S.quiet,children:e?e.location.slice(0,200):`Say where these stand in Add and correct.`})]}),e&&(0,C.jsx)(f,{small:!0,icon:(0,C.jsx)(i,{"aria-hidden":!0}),pressed:s,onClick:()=>o(e.id),children:`What if it fails`})]}),e&&e.capacityTb>0&&(0,C.jsx)(E,{center:e}),(0,C.jsxs)(`div`,{className:S.stores,children:[n.map(e=>(0,C.jsx)(D,{one:e,isFailing:r===e.store.id,effect:a.get(e.store.id)??null,onFail:o},e.store.id)),n.length===0&&(0,C.jsx)(`p`,{className:S.quiet,children:`No store stands here.`})]})]})}function E({center:e}){let t=Math.min(1,e.usedTb/e.capacityTb);return(0,C.jsxs)(`div`,{className:S.fillLine,children:[(0,C.jsx)(`div`,{className:S.fill,role:`meter`,"aria-valuemin":0,"aria-valuemax":e.capacityTb,"aria-valuenow":e.usedTb,"aria-label":`Used of ${e.name.slice(0,100)}`,children:(0,C.jsx)(`span`,{style:{width:`${t*100}%`,background:t>.9?`var(--bad)`:`var(--kind-place)`}})}),(0,C.jsxs)(`span`,{className:S.quiet,children:[e.usedTb.toLocaleString(`en`),` of `,e.capacityTb.toLocaleString(`en`),` TB`]})]})}function D({one:e,isFailing:r,effect:a,onFail:o}){let{icon:s,label:l,tint:u}=g(e.store.kind),d=[[e.datasets,`dataset`],[e.topics,`topic`],[e.files,`file`]].filter(([e])=>e>0).map(([e,t])=>`${e.toLocaleString(`en`)} ${t}${e===1?``:`s`}`);return(0,C.jsxs)(`article`,{className:t(S.store,r&&S.failing,a&&S.hit),style:{borderLeftColor:`var(--${u})`},children:[(0,C.jsxs)(`div`,{className:S.storeHead,children:[(0,C.jsx)(s,{size:17,"aria-hidden":!0,style:{color:`var(--${u})`}}),(0,C.jsxs)(`span`,{className:S.storeWords,children:[(0,C.jsx)(n,{to:`/catalog`,search:{asset:e.store.id},className:S.storeName,title:e.store.name.slice(0,500),children:e.store.name.slice(0,200)}),(0,C.jsx)(`span`,{className:S.quiet,children:l})]}),a&&(0,C.jsx)(c,{tint:a===`STOPS`?`bad`:`warn`,children:a===`STOPS`?`stops`:`gets stale`})]}),(0,C.jsxs)(`div`,{className:S.storeFoot,children:[(0,C.jsx)(`span`,{className:`numbers`,children:d.length===0?`nothing lies here yet`:d.join(` · `)}),(0,C.jsx)(f,{small:!0,look:`plain`,icon:(0,C.jsx)(i,{"aria-hidden":!0}),pressed:r,"aria-label":`What if ${e.store.name.slice(0,100)} fails`,onClick:()=>o(e.store.id)})]})]})}function O({failure:e,error:t,onClose:i}){let a=t=>e?.counts.filter(e=>e.effect===t).reduce((e,{count:t})=>e+t,0)??0;return(0,C.jsxs)(`aside`,{className:S.panel,"aria-label":`What if this fails`,children:[(0,C.jsxs)(`div`,{className:S.panelHead,children:[(0,C.jsx)(`h2`,{children:e?`If ${e.of.name.slice(0,200)} fails`:`What if it fails`}),(0,C.jsx)(f,{small:!0,look:`plain`,icon:(0,C.jsx)(r,{"aria-hidden":!0}),"aria-label":`Close`,onClick:i})]}),t&&(0,C.jsx)(s,{error:t}),e===null&&!t&&(0,C.jsx)(u,{rows:6}),e!==null&&(0,C.jsxs)(C.Fragment,{children:[(0,C.jsxs)(`dl`,{className:S.totals,children:[(0,C.jsxs)(`div`,{children:[(0,C.jsx)(`dd`,{style:{color:`var(--bad)`},children:a(`STOPS`).toLocaleString(`en`)}),(0,C.jsx)(`dt`,{children:`stop`})]}),(0,C.jsxs)(`div`,{children:[(0,C.jsx)(`dd`,{style:{color:`var(--warn)`},children:a(`STALE`).toLocaleString(`en`)}),(0,C.jsx)(`dt`,{children:`get stale`})]})]}),(0,C.jsx)(`ul`,{className:S.kinds,children:e.counts.map(({effect:e,kind:t,count:n})=>(0,C.jsx)(`li`,{children:(0,C.jsxs)(c,{tint:e===`STOPS`?`bad`:`warn`,children:[n.toLocaleString(`en`),` `,g(t).label,n===1?``:`s`]})},e+t))}),e.count===0&&(0,C.jsx)(`p`,{className:S.quiet,children:`Nothing else needs it.`}),(0,C.jsx)(`ul`,{className:S.hits,children:e.hits.map(({asset:e,effect:t,distance:r})=>{let{icon:i}=g(e.kind),{to:a,search:o}=_(e.kind,e.id);return(0,C.jsx)(`li`,{children:(0,C.jsxs)(n,{to:a,search:{...o},title:e.qualifiedName.slice(0,500),children:[(0,C.jsx)(i,{size:14,"aria-hidden":!0,style:{color:t===`STOPS`?`var(--bad)`:`var(--warn)`}}),(0,C.jsx)(`span`,{children:e.name.slice(0,200)}),(0,C.jsxs)(`span`,{className:S.quiet,children:[t===`STOPS`?`stops`:`stale`,` · `,r]})]})},e.id)})}),e.pageInfo.hasNextPage&&(0,C.jsxs)(`p`,{className:S.quiet,children:[`The nearest 100 of `,e.count.toLocaleString(`en`),` are listed`,e.truncated?`, and there are more`:``,`; GET /api/v1/failure pages through all.`]})]})]})}function k({estate:e,dataCenters:t}){let n=new Set(t.nodes.map(({id:e})=>e)),r=t.nodes.map(t=>({center:t,stores:e.stores.filter(({store:e})=>e.hostedIn.some(({id:e})=>e===t.id))})),i=e.stores.filter(({store:e})=>!e.hostedIn.some(({id:e})=>n.has(e)));return i.length===0?r:[...r,{center:null,stores:i}]}export{w as Screen};