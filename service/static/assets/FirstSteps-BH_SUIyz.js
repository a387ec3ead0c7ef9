import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{Rn as t,pn as n,zn as r}from"./shell-BaYGq6tS.js";import{i,t as a}from"./react-BNCMh3YF.js";import{h as o,v as s,w as c,x as l}from"./parts-D7cgkqAp.js";var u=e(i(),1),d={name:`AnyLineageChanged`,id:`sha256:a2d7b9a0d6a13c794d972b62053706b8792fb9150cfc42a125a3d1524cc659fb`,text:`subscription AnyLineageChanged($after: String) {
  lineageChanged(after: $after) {
    cursor
    added {
      from
      to
    }
  }
}`},f={name:`FirstEvent`,id:`sha256:4f571557ba148001dcd2aa4221ae0498347a50b758003f59cf4dc86198424b28`,text:`query FirstEvent {
  events(first: 1) {
    nodes {
      id
      eventType
      systemFrom
      job {
        namespace
        name
        displayName
      }
    }
  }
}`},p={steps:`_steps_9zq8g_1`,waiting:`_waiting_9zq8g_3`,pulse:`_pulse_9zq8g_4`,arrived:`_arrived_9zq8g_6`,ways:`_ways_9zq8g_9`},m=a();function h(e,t){let n=JSON.stringify({eventType:`COMPLETE`,eventTime:`TIME`,producer:`https://github.com/my/first-event`,schemaURL:`https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent`,run:{runId:`RUN`},job:{namespace:`my-team`,name:`load_orders`},inputs:[{namespace:`file`,name:`/landing/orders.csv`}],outputs:[{namespace:`postgres://warehouse:5432`,name:`shop.public.orders`}]}).replace(`"TIME"`,`"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"`).replace(`"RUN"`,`"'$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)'"`);return`curl ${e}/api/v1/lineage \\\n  -H 'Content-Type: application/json'${t?` \\
  -H "Authorization: Bearer $GOLDTHREAD_API_KEY"`:``} \\\n  -d '${n}'`}function g({isEmpty:e=!1}){let i=r(),{data:a,refetch:g}=c(f,{},{every:3e3}),[_,v]=(0,u.useState)(null);l(d,{},({lineageChanged:e})=>{let t=e.added[0];t&&v({from:t.from,to:t.to}),g()});let y=(0,u.useMemo)(()=>h(location.origin,sessionStorage.getItem(`goldthread.api-key`)!==null),[]),b=a?.events.nodes[0],[x,S]=(0,u.useState)(e?null:void 0);x===void 0&&a!==void 0&&S(b?.id??null);let C=x===void 0||b?.id===x?void 0:b;return(0,u.useEffect)(()=>{C!==void 0&&document.getElementById(`arrived`)?.focus()},[C]),(0,m.jsxs)(`div`,{className:p.steps,children:[(0,m.jsxs)(`section`,{children:[(0,m.jsx)(`h2`,{children:`Send your first event`}),(0,m.jsxs)(`p`,{children:[`Goldthread speaks `,(0,m.jsx)(`a`,{href:`https://openlineage.io`,rel:`noreferrer`,children:`OpenLineage`}),`: Airflow, Spark, dbt, Flink and others send it by a line of configuration. To see how it feels, paste this into a terminal:`]}),(0,m.jsx)(o,{text:y})]}),C===void 0?(0,m.jsxs)(`p`,{className:p.waiting,role:`status`,children:[(0,m.jsx)(`span`,{className:p.pulse}),` Waiting for the event; this page notices by itself.`]}):(0,m.jsxs)(`div`,{className:p.arrived,id:`arrived`,tabIndex:-1,role:`status`,children:[(0,m.jsx)(n,{"aria-hidden":!0}),(0,m.jsxs)(`div`,{children:[(0,m.jsx)(`h2`,{children:`It arrived`}),(0,m.jsx)(`p`,{children:C.job?(0,m.jsxs)(m.Fragment,{children:[`The job `,(0,m.jsx)(`b`,{children:C.job.displayName}),` is in the catalog, with what it read and wrote.`]}):`The catalog knows what it told.`})]}),(0,m.jsx)(s,{look:`main`,onClick:()=>void i(_?{to:`/lineage/${_.to}`}:{to:`/lineage`,search:{job:C.job?.name,namespace:C.job?.namespace}}),children:`See its lineage`})]}),(0,m.jsxs)(`section`,{children:[(0,m.jsx)(`h2`,{children:`Or bring what you have`}),(0,m.jsxs)(`ul`,{className:p.ways,children:[(0,m.jsxs)(`li`,{children:[(0,m.jsx)(t,{to:`/adding`,children:`Upload a file`}),` of customers: CSV, NDJSON or Parquet`]}),(0,m.jsxs)(`li`,{children:[(0,m.jsx)(`code`,{children:`goldthread load FILE --source crm`}),` from the command line`]}),(0,m.jsxs)(`li`,{children:[(0,m.jsx)(`code`,{children:`goldthread up`}),` in an empty folder loads a demo`]})]})]})]})}export{g as t};