import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{En as t,Et as n,Rn as r,ot as i}from"./shell-BaYGq6tS.js";import{i as a,t as o}from"./react-BNCMh3YF.js";import{_ as s,f as c,n as l,o as u,s as d,t as f,u as p,w as m,x as h}from"./parts-D7cgkqAp.js";import{n as g,t as _}from"./kinds-JDTMxf6t.js";import{i as v,n as y}from"./Palette-CXfq8Oxy.js";import{t as b}from"./FirstSteps-BH_SUIyz.js";var x=e(a(),1),S={name:`Health`,id:`sha256:650e28a14ce53f958273ea49a5059e29e1831f07badb6101dd36dbe0abc0968c`,text:`query Health($yesterday: DateTime!) {
  overdue: assets(kinds: [DATASET], freshness: [OVERDUE], first: 100) {
    nodes {
      id
    }
  }
  everything: assets(kinds: [DATASET, JOB], first: 1) {
    count
    facets {
      aspect
      values {
        value
        count
      }
    }
  }
  failed: runs(state: FAIL, since: $yesterday, first: 100) {
    nodes {
      id
    }
  }
  latest: runs(first: 8) {
    nodes {
      id
      job {
        displayName
        name
        namespace
      }
      state
      startedAt
      endedAt
      durationSeconds
    }
  }
  reviewTasks(first: 1) {
    totalCount
  }
  deadLetters(first: 1) {
    tally {
      waiting
    }
  }
  lineageGaps {
    counts {
      kind
      count
    }
  }
  customers(first: 1) {
    nodes {
      id
    }
  }
}`},C={name:`AnyRunChanged`,id:`sha256:6a6cd95c32adf5034ad76e7ac50c133998840f6e46198f736dbe63a177c065dc`,text:`subscription AnyRunChanged($after: String) {
  runChanged(after: $after) {
    id
    state
    cursor
  }
}`},w={find:`_find_1mrwe_1`,numbers:`_numbers_1mrwe_4`,halves:`_halves_1mrwe_5`,head:`_head_1mrwe_6`,list:`_list_1mrwe_8`,row:`_row_1mrwe_9`,name:`_name_1mrwe_12`,more:`_more_1mrwe_13`,note:`_note_1mrwe_14`},T=o(),E=864e5;function D(){let e=(0,x.useMemo)(()=>new Date(Math.floor((Date.now()-E)/6e4)*6e4).toISOString(),[]),t=i(),{data:r,error:a,refetch:o}=m(S,{yesterday:e},{every:3e4});h(C,{},()=>void t.invalidateQueries({queryKey:[S.name]}),r!==void 0);let s=r!==void 0&&r.everything.count===0&&r.customers.nodes.length===0,[l,u]=(0,x.useState)(!1);return s&&!l&&u(!0),(0,T.jsxs)(p,{title:`Home`,size:`read`,heading:`What was true, how it came to be, and how we know.`,about:r?(0,T.jsx)(O,{data:r}):` `,children:[(0,T.jsxs)(`button`,{type:`button`,className:w.find,onClick:y,children:[(0,T.jsx)(n,{size:19,"aria-hidden":!0}),(0,T.jsx)(`span`,{children:`Find a customer, dataset, column, job, run or file`}),(0,T.jsx)(`kbd`,{children:/Mac|iP/.test(navigator.platform)?`⌘K`:`Ctrl K`})]}),a&&(0,T.jsx)(c,{error:a,onRetry:()=>void o()}),l?(0,T.jsx)(b,{isEmpty:!0}):(0,T.jsx)(k,{data:r,yesterday:e})]})}function O({data:e}){let t=new Map(e.everything.facets.find(({aspect:e})=>e===`kind`)?.values.map(({value:e,count:t})=>[e.toLowerCase(),t])),[n,r]=[t.get(`dataset`)??0,t.get(`job`)??0];return(0,T.jsxs)(`span`,{className:`numbers`,children:[n.toLocaleString(`en`),` dataset`,n===1?``:`s`,` and `,r.toLocaleString(`en`),` job`,r===1?``:`s`,` are known.`]})}function k({data:e,yesterday:n}){let i=v();return(0,T.jsxs)(T.Fragment,{children:[(0,T.jsx)(A,{data:e,yesterday:n}),(0,T.jsxs)(`div`,{className:w.halves,children:[(0,T.jsxs)(`section`,{"aria-labelledby":`ran`,children:[(0,T.jsxs)(`div`,{className:w.head,children:[(0,T.jsx)(`h2`,{id:`ran`,children:`Ran lately`}),(0,T.jsxs)(r,{to:`/runs`,children:[`All runs `,(0,T.jsx)(t,{size:13,"aria-hidden":!0})]})]}),e===void 0?(0,T.jsx)(d,{rows:6}):(0,T.jsx)(j,{runs:e.latest.nodes})]}),(0,T.jsxs)(`section`,{"aria-labelledby":`seen`,children:[(0,T.jsx)(`div`,{className:w.head,children:(0,T.jsx)(`h2`,{id:`seen`,children:`Seen lately`})}),i.length===0?(0,T.jsx)(`p`,{className:w.note,children:`What you open is listed here, on this machine alone.`}):(0,T.jsx)(`ul`,{className:w.list,children:i.slice(0,8).map(e=>{let{icon:t,label:n}=g(e.kind),{to:i,search:a}=_(e.kind,e.id);return(0,T.jsx)(`li`,{children:(0,T.jsxs)(r,{to:i,search:{...a},className:w.row,children:[(0,T.jsx)(t,{size:15,"aria-hidden":!0}),(0,T.jsx)(`span`,{className:w.name,title:e.name,children:e.name}),(0,T.jsx)(`span`,{className:w.more,children:n})]})},e.kind+e.id)})})]})]})]})}function A({data:e,yesterday:t}){let n=e?.overdue.nodes.length,r=e?.failed.nodes.length,i=e?.reviewTasks.totalCount,a=e?.deadLetters.tally.waiting,o=e?.lineageGaps.counts.reduce((e,{count:t})=>e+t,0);return(0,T.jsxs)(`div`,{className:w.numbers,children:[(0,T.jsx)(u,{label:`Overdue datasets`,value:n===void 0?void 0:M(n),note:n===void 0?void 0:n>0?`not written when they usually are`:`everything is fresh`,...n?{tint:`warn`}:{},to:`/catalog`,search:{freshness:`OVERDUE`}}),(0,T.jsx)(u,{label:`Failed runs`,value:r===void 0?void 0:M(r),note:`in the last 24 hours`,...r?{tint:`bad`}:{},to:`/runs`,search:{state:`FAIL`,since:t}}),(0,T.jsx)(u,{label:`Waiting for a steward`,value:i?.toLocaleString(`en`),note:`open review tasks`,to:`/stewardship`}),(0,T.jsx)(u,{label:`Refused messages`,value:a?.toLocaleString(`en`),note:o===void 0?void 0:`${o.toLocaleString(`en`)} gap${o===1?``:`s`} in the lineage`,...a?{tint:`bad`}:{},to:`/events`,search:{tab:`letters`}})]})}function j({runs:e}){return e.length===0?(0,T.jsx)(`p`,{className:w.note,children:`No run is known yet.`}):(0,T.jsx)(`ul`,{className:w.list,children:e.map(e=>(0,T.jsx)(`li`,{children:(0,T.jsxs)(r,{to:`/runs/${e.id}`,className:w.row,children:[(0,T.jsx)(s,{state:e.state}),(0,T.jsx)(`span`,{className:w.name,title:e.job.name,children:e.job.displayName}),(0,T.jsxs)(`span`,{className:w.more,children:[e.durationSeconds!=null&&(0,T.jsxs)(T.Fragment,{children:[l(e.durationSeconds),` · `]}),(0,T.jsx)(f,{at:e.startedAt,relative:!0})]})]})},e.id))})}function M(e){return e>=100?`100+`:String(e)}export{D as Screen};