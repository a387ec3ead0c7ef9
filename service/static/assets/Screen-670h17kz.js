import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{Ft as t,Pt as n,Rn as r,Vn as i,nn as a,vn as o,wn as s,zn as c}from"./shell-BaYGq6tS.js";import{C as l,T as u,b as d,c as f,d as p,f as m,g as h,i as g,l as _,n as v,p as y,s as b,t as x,u as S,v as C,w,x as T,y as E}from"./parts-D7cgkqAp.js";import{t as D}from"./as-of-BhcAsS6X.js";import{i as O,t as k}from"./react-BNCMh3YF.js";import{n as A}from"./url-DQA_RMfz.js";import{t as j}from"./links-CnqNi2Ff.js";var M=e(O(),1),N={name:`PipelineRunView`,id:`sha256:167fd27537b830fa66c44d74fc0e11529e6a06d30051859f58704916d8a650ad`,text:`query PipelineRunView($id: ID!) {
  pipelineRun(id: $id) {
    id
    pipelineId
    pipelineName
    engine
    work
    state
    stateReason
    error
    conf
    cause
    requestedBy
    idempotencyKey
    fileKey
    scheduledFor
    requestedAt
    startedAt
    endedAt
    durationSeconds
    attempts
    nextAttemptAt
    cancelRequestedAt
    dagRunId
    logsUrl
    result
    taskCount
    taskTries { taskId mapIndex tryNumber state operator startedAt endedAt durationSeconds error logsUrl isNewest }
    lineageRun { id jobId endedAt lastHeardAt }
  }
}`},P={name:`PipelineRunsChanged`,id:`sha256:4256c4f562d517e5edbeccbf7ab784c76da9f7c3cae1c5dd54f863422709151b`,text:`subscription PipelineRunsChanged($pipeline: ID) {
  pipelineRunChanged(pipeline: $pipeline) { id pipelineId state }
}`},F={name:`PipelineView`,id:`sha256:f8217ae44886d34fa20fa2595000193e1eb170b7d9f90b92a2740e21b1225df0`,text:`query PipelineView($id: ID!, $asOf: DateTime, $knownAt: DateTime) {
  dataPipeline(id: $id, asOf: $asOf, knownAt: $knownAt) {
    id
    name
    description
    source
    destination
    isRetired
    runsAs
    schedule
    timeZone
    onNewFile
    nextRunAt
    owners { name }
    reads { id name kind }
    writes { id name kind }
    runs(first: 50) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        state
        stateReason
        error
        cause
        requestedBy
        fileKey
        scheduledFor
        requestedAt
        startedAt
        endedAt
        durationSeconds
        attempts
        taskCount
      }
    }
    versions { number validFrom validTo actor reason attributes }
  }
}`},I={name:`PipelineSteps`,id:`sha256:ac224c5724d5aa7e0d4ea4406652109ee33b38a9c0a74a1f097b8fbfcce72229`,text:`query PipelineSteps {
  pipelineSteps { name description conf { name description isRequired } }
}`},L={name:`RunPipeline`,id:`sha256:82b207da4b15c80c5408667a8f9735fad90691fd3a66857b73058323091c2d8c`,text:`mutation RunPipeline($id: ID!, $conf: JSON, $idempotencyKey: String) {
  runPipeline(id: $id, conf: $conf, idempotencyKey: $idempotencyKey) { id state stateReason }
}`},R={when:`_when_pxn5y_1`,table:`_table_pxn5y_4`,quiet:`_quiet_pxn5y_5`,bad:`_bad_pxn5y_6`,subtitle:`_subtitle_pxn5y_7`,sections:`_sections_pxn5y_8`,reason:`_reason_pxn5y_10`,error:`_error_pxn5y_11`,tasks:`_tasks_pxn5y_11`,task:`_task_pxn5y_11`,lane:`_lane_pxn5y_16`,took:`_took_pxn5y_22`,facts:`_facts_pxn5y_23`,json:`_json_pxn5y_27`,form:`_form_pxn5y_28`},z=k();function ee({pipeline:e,onClose:t}){let[n,r]=(0,M.useState)(`{}`),[i]=(0,M.useState)(()=>crypto.randomUUID?.()??String(Math.random()).slice(2)),a=u(L,[F]),o=e.runsAs?.startsWith(`worker:`)?e.runsAs.slice(7):null,s=(w(I,{},{enabled:o!==null}).data?.pipelineSteps)?.find(({name:e})=>e===o)?.conf??[],{value:c,wrong:l}=B(n);return(0,z.jsx)(f,{open:!0,onClose:()=>t(null),title:`Run ${e.name}`,subtitle:(0,z.jsx)(`code`,{children:e.runsAs}),foot:(0,z.jsxs)(z.Fragment,{children:[(0,z.jsx)(C,{onClick:()=>t(null),children:`Cancel`}),(0,z.jsx)(C,{look:`main`,type:`submit`,form:`run`,disabled:a.isPending||l!==void 0,children:a.isPending?`Asking…`:`Run`})]}),children:(0,z.jsxs)(`form`,{id:`run`,className:R.form,onSubmit:n=>{n.preventDefault(),l===void 0&&a.mutate({id:e.id,conf:c,idempotencyKey:i},{onSuccess:({runPipeline:e})=>t(e.id)})},children:[a.error&&(0,z.jsx)(m,{error:a.error}),(0,z.jsx)(p,{label:`What it is given, as JSON`,wrong:l,children:(0,z.jsx)(`textarea`,{rows:6,spellCheck:!1,style:{fontFamily:`var(--mono)`},value:n,onChange:e=>r(e.target.value)})}),s.length>0&&(0,z.jsx)(`dl`,{className:R.facts,children:s.map(({name:e,description:t,isRequired:n})=>(0,z.jsxs)(`div`,{children:[(0,z.jsxs)(`dt`,{children:[(0,z.jsx)(`code`,{children:e}),n&&` *`]}),(0,z.jsx)(`dd`,{children:t})]},e))})]})})}function B(e){if(e.trim()===``)return{value:{}};try{let t=JSON.parse(e);return typeof t==`object`&&t&&!Array.isArray(t)?{value:t}:{value:null,wrong:`Must be an object such as {"rows": 1000}`}}catch{return{value:null,wrong:`Is not JSON yet; an object such as {"rows": 1000}`}}}var V={name:`CancelPipelineRun`,id:`sha256:e7742b1ed844cd881133be662b3baa0ced834d8451f38c7676a1ca6af143d29a`,text:`mutation CancelPipelineRun($id: ID!) {
  cancelPipelineRun(id: $id) { id state }
}`},H={WAITING:`quiet`,QUEUED:`quiet`,RUNNING:`gold`,SUCCEEDED:`good`,FAILED:`bad`,CANCELLED:`warn`},U={success:`good`,failed:`bad`,upstream_failed:`warn`,up_for_retry:`warn`,running:`gold`,queued:`gold`};function W({state:e}){return(0,z.jsx)(h,{tint:H[e]??`quiet`,children:e.toLowerCase()})}function G({state:e}){return(0,z.jsx)(h,{tint:U[e??``]??`quiet`,children:e?.replaceAll(`_`,` `)??`not begun`})}function K(e){return e===`WAITING`||e===`QUEUED`||e===`RUNNING`}function q(e){return e!==null&&/^https?:\/\//i.test(e)?e:null}function J({id:e,onClose:t}){let{data:n,error:i,isPending:o,refetch:c}=w(N,{id:e},{keep:!1,every:3e3}),l=u(V,[N,F]),d=n?.pipelineRun,f=q(d?.logsUrl??null);return(0,z.jsx)(_,{open:!0,onClose:t,width:660,title:d?d.work:`Run`,subtitle:d&&(0,z.jsxs)(`div`,{className:R.subtitle,children:[(0,z.jsx)(W,{state:d.state}),(0,z.jsxs)(`span`,{children:[`asked for `,(0,z.jsx)(x,{at:d.requestedAt,exact:!0})]}),d.durationSeconds!==null&&(0,z.jsxs)(`span`,{children:[`took `,v(d.durationSeconds)]})]}),foot:d&&(0,z.jsxs)(z.Fragment,{children:[K(d.state)&&(0,z.jsx)(C,{look:`danger`,icon:(0,z.jsx)(s,{"aria-hidden":!0}),disabled:l.isPending||d.cancelRequestedAt!==null,onClick:()=>l.mutate({id:e}),children:d.cancelRequestedAt?`Cancelling…`:`Cancel`}),f&&(0,z.jsxs)(`a`,{href:f,target:`_blank`,rel:`noopener noreferrer`,className:E(),children:[(0,z.jsx)(a,{"aria-hidden":!0}),`Logs in Airflow`]}),d.lineageRun&&(0,z.jsxs)(z.Fragment,{children:[(0,z.jsx)(r,{to:`/runs/${d.lineageRun.id}`,search:{},className:E(),children:`As lineage tells it`}),(0,z.jsx)(r,{to:`/lineage/${d.lineageRun.jobId}`,search:{validAt:d.lineageRun.endedAt??d.lineageRun.lastHeardAt},className:E({look:`main`}),children:`Lineage at that moment`})]})]}),children:i?(0,z.jsx)(m,{error:i,onRetry:()=>void c()}):o?(0,z.jsx)(b,{rows:8}):d?(0,z.jsxs)(`div`,{className:R.sections,children:[l.error&&(0,z.jsx)(m,{error:l.error}),(0,z.jsx)(Y,{run:d})]}):(0,z.jsx)(`p`,{children:`No run has this id.`})})}function Y({run:e}){return(0,z.jsxs)(z.Fragment,{children:[e.stateReason&&(0,z.jsx)(`p`,{className:R.reason,children:e.stateReason}),e.error&&(0,z.jsx)(`pre`,{className:R.error,tabIndex:0,children:e.error}),e.taskTries.length>0&&(0,z.jsx)(X,{run:e}),(0,z.jsxs)(`section`,{children:[(0,z.jsx)(`h3`,{children:`About it`}),(0,z.jsxs)(`dl`,{className:R.facts,children:[(0,z.jsx)(Q,{label:`Because of`,value:[e.cause.toLowerCase().replaceAll(`_`,` `),e.requestedBy].filter(Boolean).join(`, `)}),(0,z.jsx)(Q,{label:`File`,value:e.fileKey&&(0,z.jsx)(`code`,{children:e.fileKey})}),(0,z.jsx)(Q,{label:`Scheduled for`,value:e.scheduledFor&&(0,z.jsx)(x,{at:e.scheduledFor})}),(0,z.jsx)(Q,{label:`Began`,value:e.startedAt&&(0,z.jsx)(x,{at:e.startedAt,exact:!0})}),(0,z.jsx)(Q,{label:`Ended`,value:e.endedAt&&(0,z.jsx)(x,{at:e.endedAt,exact:!0})}),(0,z.jsx)(Q,{label:`Attempts`,value:e.attempts||null}),(0,z.jsx)(Q,{label:`Next attempt`,value:e.nextAttemptAt&&(0,z.jsx)(x,{at:e.nextAttemptAt,relative:!0})}),(0,z.jsx)(Q,{label:`In Airflow`,value:e.dagRunId&&(0,z.jsx)(`code`,{children:e.dagRunId})}),(0,z.jsx)(Q,{label:`Id`,value:(0,z.jsx)(`code`,{children:e.id})})]})]}),(0,z.jsx)(Z,{title:`Given`,value:e.conf}),(0,z.jsx)(Z,{title:`Answered`,value:e.result})]})}function X({run:e}){let t=e.taskTries.slice().sort((e,t)=>(e.startedAt??`9`).localeCompare(t.startedAt??`9`)||e.taskId.localeCompare(t.taskId)||e.tryNumber-t.tryNumber),n=t.flatMap(({startedAt:e,endedAt:t})=>[e,t]).filter(e=>e!==null).map(e=>Date.parse(e)),r=Math.min(...n),i=Math.max(...n,r+1e3),a=e=>`${(Date.parse(e)-r)/(i-r)*100}%`;return(0,z.jsxs)(`section`,{children:[(0,z.jsx)(`h3`,{children:`Tasks${e.taskCount>100?` (the first of ${e.taskCount})`:``}`}),(0,z.jsx)(`ul`,{className:R.tasks,children:t.map(e=>(0,z.jsxs)(`li`,{children:[(0,z.jsxs)(`span`,{className:R.task,title:e.operator??``,children:[e.mapIndex>=0?`${e.taskId} [${e.mapIndex}]`:e.taskId,e.tryNumber>1&&(0,z.jsxs)(`small`,{children:[` try `,e.tryNumber]})]}),(0,z.jsx)(G,{state:e.state}),(0,z.jsx)(`span`,{className:R.lane,children:e.startedAt&&(0,z.jsx)(`i`,{"data-state":e.state,style:{left:a(e.startedAt),width:e.endedAt?`max(3px, calc(${a(e.endedAt)} - ${a(e.startedAt)}))`:`100%`}})}),(0,z.jsx)(`span`,{className:R.took,children:e.durationSeconds!==null&&v(e.durationSeconds)}),q(e.logsUrl)&&(0,z.jsx)(`a`,{href:q(e.logsUrl)??``,target:`_blank`,rel:`noopener noreferrer`,children:`logs`}),e.error&&(0,z.jsx)(`pre`,{tabIndex:0,children:e.error}),!e.isNewest&&(0,z.jsx)(h,{children:`earlier try`})]},`${e.taskId} ${e.mapIndex} ${e.tryNumber}`))})]})}function Z({title:e,value:t}){return t==null||JSON.stringify(t)===`{}`?null:(0,z.jsxs)(`section`,{children:[(0,z.jsx)(`h3`,{children:e}),(0,z.jsx)(`pre`,{className:R.json,tabIndex:0,children:JSON.stringify(t,null,2)})]})}function Q({label:e,value:t}){return t===null||t===``||t===void 0?null:(0,z.jsxs)(`div`,{children:[(0,z.jsx)(`dt`,{children:e}),(0,z.jsx)(`dd`,{children:t})]})}var te={name:`SchedulePipeline`,id:`sha256:49c3884df7ee41756651ae776cd6f3417b4deb9b872c2196858247efe14f5382`,text:`mutation SchedulePipeline($id: ID!, $input: DataPipelineChanges!, $reason: String) {
  updateDataPipeline(id: $id, input: $input, reason: $reason) { id }
}`};function ne({pipeline:e,onClose:t}){let[n,r]=(0,M.useState)({runsAs:e.runsAs??``,schedule:e.schedule??``,timeZone:e.timeZone??``,onNewFile:e.onNewFile??``}),[i,a]=(0,M.useState)(``),o=u(te),s=w(I,{}).data?.pipelineSteps??[],c=e=>r({...n,...e});return(0,z.jsx)(f,{open:!0,onClose:t,title:`What runs it, and when`,foot:(0,z.jsxs)(z.Fragment,{children:[(0,z.jsx)(C,{onClick:t,children:`Cancel`}),(0,z.jsx)(C,{look:`main`,type:`submit`,form:`schedule`,disabled:o.isPending,children:o.isPending?`Saving…`:`Save`})]}),children:(0,z.jsxs)(`form`,{id:`schedule`,className:R.form,onSubmit:r=>{r.preventDefault();let a=Object.fromEntries(Object.entries(n).map(([e,t])=>[e,t.trim()||null]));o.mutate({id:e.id,input:a,reason:i.trim()||null},{onSuccess:t})},children:[o.error&&(0,z.jsx)(m,{error:o.error}),(0,z.jsx)(p,{label:`Runs as`,hint:`airflow:DAG, or worker:STEP`,value:n.runsAs,placeholder:`airflow:nightly`,list:`steps`,onChange:e=>c({runsAs:e.target.value})}),(0,z.jsx)(`datalist`,{id:`steps`,children:s.map(({name:e,description:t})=>(0,z.jsx)(`option`,{value:`worker:${e}`,children:t},e))}),(0,z.jsx)(p,{label:`Schedule`,hint:`Cron, five fields: */5 * * * * is every five minutes. Empty: only when asked.`,value:n.schedule,placeholder:`0 2 * * *`,onChange:e=>c({schedule:e.target.value})}),(0,z.jsx)(p,{label:`Time zone`,hint:`Empty: UTC`,value:n.timeZone,placeholder:`Europe/Berlin`,onChange:e=>c({timeZone:e.target.value})}),(0,z.jsx)(p,{label:`For each new file of`,children:(0,z.jsxs)(`select`,{value:n.onNewFile,onChange:e=>c({onNewFile:e.target.value}),children:[(0,z.jsx)(`option`,{value:``,children:`nothing`}),(0,z.jsx)(`option`,{value:`customers`,children:`customers`}),(0,z.jsx)(`option`,{value:`orders`,children:`orders`})]})}),(0,z.jsx)(p,{label:`Why (optional)`,value:i,maxLength:500,onChange:e=>a(e.target.value)})]})})}var re={REQUEST:`asked for`,NEW_FILE:`new file`,SCHEDULE:`schedule`,AIRFLOW:`begun in Airflow`};function $({id:e}){let[n,i]=A(),{asOf:a,knownAt:s,isPast:c}=D(),{data:u,error:d,isPending:f,refetch:p}=w(F,{id:e,asOf:a,knownAt:s},{every:15e3}),[h,_]=(0,M.useState)(null);T(P,{pipeline:e},({pipelineRunChanged:e})=>{p(),l.invalidateQueries({queryKey:[N.name,{id:e.id}]})},!c);let v=u?.dataPipeline;if(d||f||!v)return(0,z.jsx)(S,{title:`Pipeline`,children:d?(0,z.jsx)(m,{error:d,onRetry:()=>void p()}):f?(0,z.jsx)(b,{rows:8}):(0,z.jsx)(y,{title:`No pipeline has this id`,children:`It may have been retired, or not known at the chosen instants.`})});let{runs:x}=v;return(0,z.jsxs)(S,{title:v.name,size:`full`,about:v.description??`${v.source} → ${v.destination}`,actions:(0,z.jsxs)(z.Fragment,{children:[(0,z.jsx)(r,{to:`/catalog/${e}`,search:{},className:E(),children:`In the catalog`}),(0,z.jsx)(C,{icon:(0,z.jsx)(o,{"aria-hidden":!0}),onClick:()=>_(`schedule`),children:`Schedule`}),(0,z.jsx)(C,{look:`main`,icon:(0,z.jsx)(t,{"aria-hidden":!0}),disabled:!v.runsAs||v.isRetired||c,onClick:()=>_(`run`),children:`Run`})]}),children:[(0,z.jsx)(ie,{pipeline:v}),x.nodes.length===0?(0,z.jsx)(y,{title:`It never ran`,children:v.runsAs?`Press “Run”, or give it a schedule.`:`Say under “Schedule” what runs it: a DAG of Airflow or a step of the worker.`}):(0,z.jsx)(g,{label:`Runs of the pipeline`,className:R.table,columns:ae,rows:x.nodes,keyOf:e=>e.id,selected:n.run,onOpen:e=>i({run:e.id},!0)}),x.pageInfo.hasNextPage&&(0,z.jsxs)(`p`,{className:R.quiet,children:[`The last `,x.nodes.length,` runs.`]}),n.run&&(0,z.jsx)(J,{id:n.run,onClose:()=>i({run:null})}),h===`run`&&(0,z.jsx)(ee,{pipeline:v,onClose:e=>{_(null),e&&i({run:e},!0)}}),h===`schedule`&&(0,z.jsx)(ne,{pipeline:v,onClose:()=>_(null)})]})}function ie({pipeline:{runsAs:e,schedule:t,timeZone:n,onNewFile:r,nextRunAt:i,reads:a,writes:o}}){return(0,z.jsxs)(`div`,{className:R.when,children:[(0,z.jsxs)(`span`,{children:[(0,z.jsx)(`small`,{children:`runs as`}),` `,e?(0,z.jsx)(`code`,{children:e}):`nothing yet`]}),t&&(0,z.jsxs)(`span`,{children:[(0,z.jsx)(`small`,{children:`schedule`}),` `,(0,z.jsx)(`code`,{children:t}),` `,n??`UTC`]}),i&&(0,z.jsxs)(`span`,{children:[(0,z.jsx)(`small`,{children:`next`}),` `,(0,z.jsx)(x,{at:i}),` `,(0,z.jsxs)(`span`,{children:[`(`,(0,z.jsx)(x,{at:i,relative:!0}),`)`]})]}),r&&(0,z.jsxs)(`span`,{children:[(0,z.jsx)(`small`,{children:`each new file of`}),` `,(0,z.jsx)(h,{tint:`kind-lake`,children:r})]}),a.length>0&&(0,z.jsxs)(`span`,{children:[(0,z.jsx)(`small`,{children:`reads`}),` `,a.slice(0,4).map(e=>(0,z.jsx)(j,{...e},e.id))]}),o.length>0&&(0,z.jsxs)(`span`,{children:[(0,z.jsx)(`small`,{children:`writes`}),` `,o.slice(0,4).map(e=>(0,z.jsx)(j,{...e},e.id))]})]})}var ae=[{id:`state`,head:`State`,width:`116px`,cell:e=>(0,z.jsx)(W,{state:e.state})},{id:`asked`,head:`Asked for`,width:`160px`,cell:e=>(0,z.jsx)(x,{at:e.requestedAt})},{id:`cause`,head:`Because of`,width:`minmax(160px, 1fr)`,cell:e=>(0,z.jsx)(`span`,{title:e.fileKey??``,children:[re[e.cause]??e.cause,e.requestedBy??e.fileKey].filter(Boolean).join(`: `)})},{id:`took`,head:`Took`,width:`80px`,end:!0,cell:e=>e.durationSeconds!==null&&v(e.durationSeconds)},{id:`tasks`,head:`Tasks`,width:`74px`,end:!0,cell:e=>e.taskCount||``},{id:`attempts`,head:`Attempts`,width:`86px`,end:!0,cell:e=>e.attempts||``},{id:`why`,head:`Why`,width:`minmax(320px, 2fr)`,cell:e=>(0,z.jsx)(`span`,{className:e.error?R.bad:R.quiet,children:e.error??e.stateReason})}],oe={name:`PipelineList`,id:`sha256:c842a79a7043f84be2daa282b8bbc744a11d1d708b8886ce80023a84e08c46dc`,text:`query PipelineList($after: String, $asOf: DateTime, $knownAt: DateTime) {
  dataPipelines(first: 100, after: $after, asOf: $asOf, knownAt: $knownAt) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      name
      source
      destination
      isRetired
      runsAs
      schedule
      timeZone
      onNewFile
      nextRunAt
      lastRun { id state requestedAt startedAt endedAt durationSeconds }
    }
  }
}`};function se(){let{pipeline:e}=i({strict:!1});return e===void 0?(0,z.jsx)(ce,{}):(0,z.jsx)($,{id:e})}function ce(){let{asOf:e,knownAt:t,isPast:i}=D(),a=c(),o=d(oe,{asOf:e,knownAt:t},e=>e.dataPipelines.pageInfo,{every:3e4});T(P,{pipeline:null},o.refetch,!i);let s=o.pages.flatMap(({dataPipelines:e})=>e.nodes),l=(0,z.jsxs)(r,{to:`/adding`,search:{kind:`pipeline`},className:E(),children:[(0,z.jsx)(n,{"aria-hidden":!0}),`Add a pipeline`]});return(0,z.jsx)(S,{title:`Pipelines`,size:`full`,about:`Run them, watch them, and see how they went.`,actions:l,children:o.error?(0,z.jsx)(m,{error:o.error,onRetry:o.refetch}):o.isPending?(0,z.jsx)(b,{rows:8}):s.length===0?(0,z.jsx)(y,{title:`No pipeline yet`,actions:l,children:`A pipeline names what it reads and writes, and a DAG of Airflow or a step of the worker that does it.`}):(0,z.jsx)(g,{label:`Pipelines`,columns:le,rows:s,keyOf:e=>e.id,onOpen:e=>void a({to:`/pipelines/${e.id}`}),onEnd:o.more})})}var le=[{id:`name`,head:`Pipeline`,width:`minmax(182px, 1.4fr)`,cell:e=>(0,z.jsx)(`b`,{style:{fontWeight:540,unicodeBidi:`isolate`},children:e.name})},{id:`work`,head:`Runs as`,width:`minmax(156px, 1.2fr)`,cell:e=>e.runsAs?(0,z.jsx)(`code`,{children:e.runsAs}):(0,z.jsx)(`span`,{children:`not to be run from here`})},{id:`when`,head:`When`,width:`minmax(130px, 1fr)`,cell:e=>(0,z.jsxs)(`span`,{children:[e.schedule&&(0,z.jsx)(`code`,{children:e.schedule}),` `,e.timeZone&&e.schedule&&(0,z.jsx)(`small`,{children:e.timeZone}),e.onNewFile&&(0,z.jsx)(h,{tint:`kind-lake`,children:`new file of ${e.onNewFile}`})]})},{id:`next`,head:`Next`,width:`120px`,cell:e=>e.nextRunAt&&(0,z.jsx)(x,{at:e.nextRunAt,relative:!0})},{id:`last`,head:`Last run`,width:`120px`,cell:e=>e.lastRun&&(0,z.jsx)(W,{state:e.lastRun.state})},{id:`at`,head:`Asked for`,width:`120px`,cell:e=>e.lastRun&&(0,z.jsx)(x,{at:e.lastRun.requestedAt,relative:!0})},{id:`took`,head:`Took`,width:`84px`,end:!0,cell:e=>e.lastRun?.durationSeconds!=null&&v(e.lastRun.durationSeconds)}];export{se as Screen};