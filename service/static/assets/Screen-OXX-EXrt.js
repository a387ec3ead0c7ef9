import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{An as t,Et as n,Rn as r,ct as i}from"./shell-BaYGq6tS.js";import{i as a,t as o}from"./react-BNCMh3YF.js";import{_ as s,b as c,f as l,g as u,i as d,l as f,n as p,p as m,s as h,t as g,u as ee,v as _,w as v,y}from"./parts-D7cgkqAp.js";import{t as b}from"./as-of-BhcAsS6X.js";import{n as x}from"./url-DQA_RMfz.js";import{a as S,i as C,n as te,o as ne,r as w,s as T,t as E}from"./links-CnqNi2Ff.js";var D=e(a(),1),O={name:`AssetList`,id:`sha256:fcde50ce390e57946e4f4ba1efe194ce2af2fe9046533f10701ba33734645fc8`,text:`query AssetList(
  $kinds: [AssetKind!]
  $namespace: String
  $owner: String
  $tag: String
  $domain: String
  $freshness: [FreshnessStanding!]
  $after: String
  $asOf: DateTime
  $knownAt: DateTime
  $isFirst: Boolean!
) {
  assets(
    kinds: $kinds
    namespace: $namespace
    owner: $owner
    tag: $tag
    domain: $domain
    freshness: $freshness
    first: 100
    after: $after
    asOf: $asOf
    knownAt: $knownAt
  ) {
    count @include(if: $isFirst)
    facets @include(if: $isFirst) { aspect valueCount values { value count } }
    basis { asOf knownAt }
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      kind
      name
      qualifiedName
      owners { name kind saidBy }
      tags { key value }
      ... on Dataset { namespace freshness { lastWrittenAt isOverdue expectedBy } }
      ... on Job { namespace }
      ... on LakeFile { writtenAt rows }
    }
  }
}`},k={name:`AssetSearch`,id:`sha256:8b1b322874f79cf08c3b0f2306d20310dea3f42cd9fde2169cb787a1bd7a1059`,text:`query AssetSearch($text: String!, $kinds: [String!], $filters: SearchFilters, $after: String, $isFirst: Boolean!) {
  search(text: $text, kinds: $kinds, filters: $filters, first: 100, after: $after) {
    totalCount @include(if: $isFirst)
    totalIsLeast @include(if: $isFirst)
    isMistyped
    facets @include(if: $isFirst) { name omitted counts { value count } }
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      matches { field parts { text isMatch } }
      asset {
        id
        kind
        name
        qualifiedName
        owners { name kind saidBy }
        tags { key value }
        ... on Dataset { namespace freshness { lastWrittenAt isOverdue expectedBy } }
        ... on Job { namespace }
        ... on LakeFile { writtenAt rows }
      }
    }
  }
}`},A=[`kind`,`namespace`,`owner`,`tag`];function j(e){return A.flatMap(t=>{let n=e?.find(e=>e.aspect===t);return n===void 0?[]:[{aspect:t,values:n.values,omitted:Math.max(0,n.valueCount-n.values.length)}]})}function M(e){return A.flatMap(t=>{let n=e?.find(e=>e.name===t);return n===void 0?[]:[{aspect:t,values:n.counts,omitted:n.omitted}]})}var N=[[`OVERDUE`,`Overdue`,`not written again when it usually would have been`],[`ON_TIME`,`On time`,`written when it usually is`],[`WRITTEN`,`No rhythm yet`,`written, too seldom to tell what is usual`],[`UNWRITTEN`,`Never written`,`no run is known to have written it`]];function P(e){let t=(e??``).split(`,`),n=N.map(([e])=>e).filter(e=>t.includes(e));return n.length>0?n:null}function re(e,t){let n=(e??``).split(`,`).map(e=>e.toUpperCase()).filter(e=>e in t);return n.length>0?n:null}var F={screen:`_screen_kyhic_1`,facets:`_facets_kyhic_2`,facet:`_facet_kyhic_2`,value:`_value_kyhic_5`,chosen:`_chosen_kyhic_9`,more:`_more_kyhic_11`,omitted:`_omitted_kyhic_12`,list:`_list_kyhic_13`,table:`_table_kyhic_14`,told:`_told_kyhic_15`,narrowed:`_narrowed_kyhic_17`,find:`_find_kyhic_20`,name:`_name_kyhic_24`,quiet:`_quiet_kyhic_26`,none:`_none_kyhic_27`,tags:`_tags_kyhic_28`,written:`_written_kyhic_28`,sections:`_sections_kyhic_30`,section:`_section_kyhic_30`,text:`_text_kyhic_32`,chips:`_chips_kyhic_33`,columns:`_columns_kyhic_34`,fresh:`_fresh_kyhic_38`,runs:`_runs_kyhic_39`,code:`_code_kyhic_41`,subtitle:`_subtitle_kyhic_42`},I=o(),L={kind:`Kind`,namespace:`Namespace`,owner:`Owner`,tag:`Tag`},R=6;function z({facets:e,filters:t,bySearch:n}){return(0,I.jsxs)(`aside`,{className:F.facets,"aria-label":`Narrow down`,children:[e.map(e=>(0,I.jsx)(B,{facet:e,chosen:t[e.aspect]},e.aspect)),!n&&(0,I.jsx)(V,{chosen:t.fresh})]})}function B({facet:{aspect:e,values:t,omitted:n},chosen:r}){let[,i]=x(),[a,o]=(0,D.useState)(!1),s=a?t:t.slice(0,R),c=t=>e===`kind`?t.toUpperCase()===r?.toUpperCase():t===r;return t.length===0&&!r?null:(0,I.jsxs)(`fieldset`,{className:F.facet,children:[(0,I.jsx)(`legend`,{children:L[e]}),s.map(({value:t,count:n})=>(0,I.jsx)(H,{label:e===`kind`&&t.toUpperCase()in C?T(t.toUpperCase()).plural:t,count:n,pressed:c(t),onPress:()=>i({[e]:c(t)?null:e===`kind`?t.toUpperCase():t})},t)),t.length>R&&(0,I.jsx)(`button`,{type:`button`,className:F.more,onClick:()=>o(!a),children:a?`Fewer`:`${t.length-R} more`}),a&&n>0&&(0,I.jsxs)(`small`,{className:F.omitted,children:[`and `,n.toLocaleString(`en`),` of fewer assets: search finds them`]})]})}function V({chosen:e}){let[,t]=x();return(0,I.jsxs)(`fieldset`,{className:F.facet,children:[(0,I.jsx)(`legend`,{children:`Freshness`}),N.map(([n,r,i])=>(0,I.jsx)(H,{label:r,about:i,pressed:e===n,onPress:()=>t({fresh:e===n?null:n})},n))]})}function H({label:e,about:n,count:r,pressed:i,onPress:a}){return(0,I.jsxs)(`button`,{type:`button`,className:t(F.value,i&&F.chosen),"aria-pressed":i,title:n??e.slice(0,200),onClick:a,children:[(0,I.jsx)(`span`,{children:e}),r!==void 0&&(0,I.jsx)(`b`,{className:`numbers`,children:r.toLocaleString(`en`)})]})}var U={name:`AssetPreview`,id:`sha256:acd048a4a1821ee05135f5e492e101eca31f2a101e1752002d0c1b93528e7b23`,text:`query AssetPreview($id: ID!, $asOf: DateTime, $knownAt: DateTime) {
  asset(id: $id, asOf: $asOf, knownAt: $knownAt) {
    id
    kind
    name
    qualifiedName
    isRetired
    description
    owners { name kind type saidBy }
    tags { key value saidBy }
    domain { id name }
    storedIn { id name kind }
    ... on Dataset {
      namespace
      columns { path type description }
      freshness { lastWrittenAt usualIntervalSeconds expectedBy isOverdue }
      schemaSince
      dataVersions(first: 6) { nodes { runId writtenAt version isStated job { namespace name displayName } run { state durationSeconds } } }
    }
    ... on Job {
      namespace
      inputs { dataset { namespace name displayName } }
      outputs { dataset { namespace name displayName } }
      runHistory(days: 14) { total { runs complete failed aborted goingOn medianSeconds } }
      sql { query }
    }
    ... on LakeFile { folder: dataset rows size writtenAt runId }
    ... on Column { dataType dataset { id displayName namespace } }
  }
}`},W=12;function G({id:e,onClose:t}){let{asOf:n,knownAt:i}=b(),{data:a,error:o,isPending:s,refetch:c}=v(U,{id:e,asOf:n,knownAt:i},{keep:!1}),d=a?.asset,p=d&&`dataset`in d&&d.kind===`COLUMN`?d.dataset.id:d?.id;return(0,I.jsx)(f,{open:!0,onClose:t,width:520,title:d?(0,I.jsx)(`span`,{style:{unicodeBidi:`isolate`},children:d.name.length>240?`${d.name.slice(0,240)}…`:d.name}):`Asset`,subtitle:d&&(0,I.jsxs)(`div`,{className:F.subtitle,children:[(0,I.jsx)(S,{kind:d.kind}),d.isRetired&&(0,I.jsx)(u,{tint:`warn`,children:`retired`}),(0,I.jsx)(`span`,{children:`namespace`in d?d.namespace:``})]}),foot:d&&(0,I.jsxs)(I.Fragment,{children:[[`DATASET`,`TOPIC`,`JOB`,`COLUMN`].includes(d.kind)&&(0,I.jsx)(r,{to:`/lineage/${p}`,search:{},className:y(),children:`Lineage`}),(0,I.jsx)(r,{to:`/catalog/${encodeURIComponent(d.id)}`,search:{},className:y({look:`main`}),children:`Open the page`})]}),children:o?(0,I.jsx)(l,{error:o,onRetry:()=>void c()}):s?(0,I.jsx)(h,{rows:8}):d?(0,I.jsx)(K,{asset:d}):(0,I.jsx)(`p`,{children:`Nothing has this id at the chosen instants. Choose a later “known at”, or go back to now.`})})}function K({asset:e}){return(0,I.jsxs)(`div`,{className:F.sections,children:[e.description&&(0,I.jsx)(`p`,{className:F.text,children:e.description}),(0,I.jsx)(X,{title:`Owners`,children:(0,I.jsxs)(`div`,{className:F.chips,children:[e.owners.map(({name:e,type:t})=>(0,I.jsx)(u,{tint:`gold`,title:t??``,children:e},e+t)),e.owners.length===0&&`Nobody answers for it yet; the page lets you say who does.`]})}),(e.tags.length>0||e.domain)&&(0,I.jsx)(X,{title:`Tags and domain`,children:(0,I.jsxs)(`div`,{className:F.chips,children:[e.tags.map(({key:e,value:t})=>(0,I.jsx)(u,{children:t&&t!==`true`?`${e}: ${t}`:e},e)),e.domain&&(0,I.jsx)(E,{id:e.domain.id,name:e.domain.name,kind:`DOMAIN`})]})}),`columns`in e&&(0,I.jsx)(q,{asset:e}),`runHistory`in e&&(0,I.jsx)(J,{asset:e}),`folder`in e&&(0,I.jsx)(X,{title:`File`,children:(0,I.jsxs)(`dl`,{className:F.columns,children:[(0,I.jsx)(Z,{label:`dataset`,value:e.folder}),(0,I.jsx)(Z,{label:`rows`,value:e.rows?.toLocaleString(`en`)??`–`}),(0,I.jsx)(Z,{label:`written`,value:(0,I.jsx)(g,{at:e.writtenAt})}),(0,I.jsx)(Z,{label:`by`,value:(0,I.jsx)(w,{id:e.runId,children:`its run`})})]})}),e.storedIn.length>0&&(0,I.jsx)(X,{title:`Stored in`,children:e.storedIn.map(({id:e,name:t,kind:n})=>(0,I.jsx)(E,{id:e,name:t,kind:n},e))})]})}function q({asset:e}){let{lastWrittenAt:t,usualIntervalSeconds:n,expectedBy:r,isOverdue:i}=e.freshness;return(0,I.jsxs)(I.Fragment,{children:[(0,I.jsx)(X,{title:`Freshness`,children:(0,I.jsx)(`div`,{className:F.chips,children:t?(0,I.jsxs)(I.Fragment,{children:[(0,I.jsxs)(`span`,{children:[`written `,(0,I.jsx)(g,{at:t,relative:!0}),n!==null&&`, usually every ${p(n)}`]}),i!==null&&(0,I.jsx)(u,{tint:i?`warn`:`good`,children:i?`overdue`:`on time`}),r&&!i&&(0,I.jsxs)(`span`,{children:[`next by `,(0,I.jsx)(g,{at:r})]})]}):`No run is known to have written it.`})}),(0,I.jsx)(X,{title:`Columns${e.columns.length>W?` (${W} of ${e.columns.length})`:e.columns.length>0?` (${e.columns.length})`:``}`,children:e.columns.length===0?`No event has told its columns.`:(0,I.jsx)(`dl`,{className:F.columns,children:e.columns.slice(0,W).map(({path:e,type:t})=>(0,I.jsx)(Z,{label:e,value:t??``,isType:!0},e))})}),(0,I.jsxs)(X,{title:`Last written by`,children:[(0,I.jsx)(`ul`,{className:F.runs,children:e.dataVersions.nodes.map(({runId:e,writtenAt:t,job:n,run:r,version:i})=>(0,I.jsxs)(`li`,{children:[r&&(0,I.jsx)(s,{state:r.state}),e&&n?(0,I.jsx)(w,{id:e,children:n.displayName}):(0,I.jsx)(`code`,{children:i}),(0,I.jsx)(g,{at:t,relative:!0})]},i+t))}),e.dataVersions.nodes.length===0&&`No run yet.`]})]})}function J({asset:e}){let{runs:t,complete:n,failed:r,aborted:i,goingOn:a,medianSeconds:o}=e.runHistory.total;return(0,I.jsxs)(I.Fragment,{children:[(0,I.jsx)(X,{title:`Runs of the last 14 days`,children:t===0?`None.`:(0,I.jsxs)(`div`,{className:F.chips,children:[(0,I.jsxs)(u,{tint:`good`,children:[n,` went well`]}),r>0&&(0,I.jsxs)(u,{tint:`bad`,children:[r,` failed`]}),i>0&&(0,I.jsxs)(u,{tint:`warn`,children:[i,` stopped`]}),a>0&&(0,I.jsxs)(u,{tint:`gold`,children:[a,` going on`]}),o!==null&&(0,I.jsxs)(`span`,{children:[`half of them within `,p(o)]})]})}),(0,I.jsx)(X,{title:`Reads`,children:(0,I.jsx)(Y,{all:e.inputs.map(({dataset:e})=>e)})}),(0,I.jsx)(X,{title:`Writes`,children:(0,I.jsx)(Y,{all:e.outputs.map(({dataset:e})=>e)})}),e.sql&&(0,I.jsx)(X,{title:`SQL`,children:(0,I.jsx)(`pre`,{className:F.code,tabIndex:0,children:e.sql.query})})]})}function Y({all:e}){return e.length===0?`Nothing that is known.`:(0,I.jsxs)(`ul`,{className:F.runs,children:[e.slice(0,W).map(e=>(0,I.jsx)(`li`,{children:(0,I.jsx)(te,{of:e,kind:`dataset`})},e.namespace+e.name)),e.length>W&&(0,I.jsxs)(`li`,{children:[`and `,e.length-W,` more`]})]})}function X({title:e,children:t}){return(0,I.jsxs)(`section`,{className:F.section,children:[(0,I.jsx)(`h3`,{children:e}),t]})}function Z({label:e,value:t,isType:n=!1}){return(0,I.jsxs)(`div`,{children:[(0,I.jsx)(`dt`,{title:e,children:e}),(0,I.jsx)(`dd`,{className:n?void 0:F.fresh,children:t})]})}var Q=500;function ie(){let[e,t]=x(),{q:n,kind:r,namespace:i,owner:a,tag:o,fresh:s}=e,c={kind:r,namespace:i,owner:a,tag:o,fresh:s},u=ae(n,c),f=!!(n||r||i||a||o||s),p=()=>t({q:null,kind:null,namespace:null,owner:null,tag:null,fresh:null});return(0,I.jsxs)(ee,{title:`Catalog`,size:`full`,about:`Datasets, topics, jobs, files, and what people keep here.`,actions:(0,I.jsx)(ce,{}),children:[(0,I.jsxs)(`div`,{className:F.screen,children:[(0,I.jsx)(z,{facets:u.facets,filters:c,bySearch:!!n}),(0,I.jsxs)(`div`,{className:F.list,children:[(0,I.jsxs)(`div`,{className:F.told,role:`status`,children:[(0,I.jsx)(`span`,{className:`numbers`,children:u.told}),(0,I.jsx)($,{filters:c,q:n}),f&&(0,I.jsx)(_,{small:!0,look:`plain`,onClick:p,children:`Clear all`})]}),u.error?(0,I.jsx)(l,{error:u.error,onRetry:u.refetch}):u.isPending?(0,I.jsx)(h,{rows:12}):u.rows.length===0?f?(0,I.jsx)(de,{onClear:p}):(0,I.jsx)(fe,{}):(0,I.jsx)(d,{label:`Assets`,className:F.table,columns:le,rows:u.rows,keyOf:e=>e.id,total:u.total,selected:e.asset,onOpen:e=>t({asset:e.id},!0),onEnd:u.onEnd})]})]}),e.asset&&(0,I.jsx)(G,{id:e.asset,onClose:()=>t({asset:null})})]})}function ae(e,t){let{asOf:n,knownAt:r}=b(),i=re(t.kind,C),a=c(O,{kinds:i,namespace:t.namespace??null,owner:t.owner??null,tag:t.tag??null,freshness:P(t.fresh),domain:null,asOf:n,knownAt:r},e=>e.assets.pageInfo,{enabled:!e}),o=c(k,{text:e??``,kinds:i?.map(e=>e.toLowerCase())??Object.keys(C).map(e=>e.toLowerCase()),filters:{namespaces:t.namespace?[t.namespace]:null,owners:t.owner?[t.owner]:null,tags:t.tag?[t.tag]:null}},e=>e.search.pageInfo,{enabled:!!e}),s=e?o:a,l=e?o.pages.flatMap(({search:e})=>e.nodes.flatMap(({asset:e})=>e?[e]:[])):a.pages.flatMap(({assets:e})=>e.nodes),u=oe(l.length,s.hasMore,s.isFetching,s.more),d=e?o.pages[0]?.search:void 0,f=e?void 0:a.pages[0]?.assets,p=e?d?.totalCount:t.fresh?void 0:f?.count;return{rows:l,onEnd:u,total:p,told:se(l.length,p,s.hasMore,!!d?.totalIsLeast,!!d?.isMistyped,s.isPending),facets:e?M(d?.facets):j(f?.facets),isPending:s.isPending,error:s.error,refetch:s.refetch}}function oe(e,t,n,r){let[i,a]=(0,D.useState)(Q);return(0,D.useEffect)(()=>{e===0?a(Q):t&&!n&&e<i&&r()},[e,t,n,i,r]),()=>a(e+Q)}function se(e,t,n,r,i,a){if(a)return`…`;let o=t??e,s=`${o.toLocaleString(`en`)}${r||t===void 0&&n?`+`:``} ${o===1?`asset`:`assets`}`;return i?`${s}, none exactly so: these are spelt alike`:s}function ce(){let[{q:e},t]=x(),[r,i]=(0,D.useState)(e??``);return(0,D.useEffect)(()=>i(e??``),[e]),(0,D.useEffect)(()=>{if(r===(e??``))return;let n=setTimeout(()=>t({q:r.trim()}),200);return()=>clearTimeout(n)},[r,e,t]),(0,I.jsxs)(`div`,{className:F.find,children:[(0,I.jsx)(n,{size:15,"aria-hidden":!0}),(0,I.jsx)(`input`,{type:`search`,placeholder:`Name, column, owner, SQL…`,"aria-label":`Find in the catalog`,maxLength:500,value:r,onChange:e=>i(e.target.value)})]})}function $({filters:e,q:t}){let[,n]=x();return Object.entries({q:t,...e}).filter(e=>!!e[1]).map(([e,t])=>(0,I.jsxs)(`button`,{type:`button`,className:F.narrowed,onClick:()=>n({[e]:null}),title:`Take this filter away`,children:[(0,I.jsx)(`small`,{children:e===`q`?`words`:e===`fresh`?`freshness`:e}),(0,I.jsx)(`span`,{children:t.toLowerCase().replaceAll(`_`,` `).length>48?`${t.slice(0,48)}…`:e===`kind`||e===`fresh`?t.toLowerCase().replaceAll(`_`,` `):t}),(0,I.jsx)(i,{size:12,"aria-hidden":!0})]},e))}var le=[{id:`name`,head:`Name`,width:`minmax(220px, 2.2fr)`,cell:e=>(0,I.jsxs)(`span`,{className:F.name,title:e.name.slice(0,300),children:[(0,I.jsx)(ne,{kind:e.kind}),(0,I.jsx)(`span`,{children:e.name})]})},{id:`kind`,head:`Kind`,width:`112px`,cell:e=>(0,I.jsx)(S,{kind:e.kind})},{id:`namespace`,head:`Namespace`,width:`minmax(100px, 1fr)`,cell:e=>(0,I.jsx)(`span`,{className:F.quiet,children:`namespace`in e?e.namespace:``})},{id:`owner`,head:`Owner`,width:`minmax(130px, 1.3fr)`,cell:e=>(0,I.jsx)(`span`,{title:e.owners.map(({name:e})=>e).join(`, `),children:e.owners[0]?.name??(0,I.jsx)(`i`,{className:F.none,children:`nobody`})})},{id:`tags`,head:`Tags`,width:`minmax(90px, 0.9fr)`,cell:e=>(0,I.jsx)(`span`,{className:F.tags,children:e.tags.slice(0,3).map(({key:e,value:t})=>(0,I.jsx)(u,{children:t&&t!==`true`?`${e}: ${t}`:e},e))})},{id:`written`,head:`Last written`,width:`148px`,cell:e=>(0,I.jsx)(ue,{row:e})}];function ue({row:e}){return`freshness`in e&&e.freshness.lastWrittenAt?(0,I.jsxs)(`span`,{className:F.written,children:[(0,I.jsx)(g,{at:e.freshness.lastWrittenAt,relative:!0}),e.freshness.isOverdue&&(0,I.jsx)(u,{tint:`warn`,children:`overdue`})]}):`writtenAt`in e&&e.writtenAt?(0,I.jsx)(g,{at:e.writtenAt,relative:!0}):(0,I.jsx)(`span`,{className:F.none,children:`–`})}function de({onClear:e}){return(0,I.jsx)(m,{title:`Nothing fits all of this`,actions:(0,I.jsx)(_,{onClick:e,children:`Clear all filters`}),children:`Take a filter away, or look for fewer words.`})}function fe(){return(0,I.jsx)(m,{title:`The catalog is empty`,actions:(0,I.jsx)(r,{to:`/start`,className:y({look:`main`}),children:`Send your first event`}),children:`Datasets and jobs come here by themselves once an OpenLineage event tells of them.`})}export{ie as Screen};