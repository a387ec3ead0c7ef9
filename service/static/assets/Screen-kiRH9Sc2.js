import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{Sn as t,et as n,kn as r,vt as i}from"./shell-DC-CDw6c.js";import{i as a,t as o}from"./react-BNCMh3YF.js";import{D as s,E as c,O as l,T as u,_ as d,b as f,c as p,d as m,h,j as g,l as _,p as v,u as y,v as ee,w as b,x}from"./browser-DgN4X9fG.js";import{a as S,i as C,n as te,o as ne,r as w,s as T,t as E}from"./links-DpfbaAOx.js";var D=e(a(),1),O={name:`AssetList`,id:`sha256:fcde50ce390e57946e4f4ba1efe194ce2af2fe9046533f10701ba33734645fc8`,text:`query AssetList(
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
}`},A=[`kind`,`namespace`,`owner`,`tag`];function j(e){return A.flatMap(t=>{let n=e?.find(e=>e.aspect===t);return n===void 0?[]:[{aspect:t,values:n.values,omitted:Math.max(0,n.valueCount-n.values.length)}]})}function M(e){return A.flatMap(t=>{let n=e?.find(e=>e.name===t);return n===void 0?[]:[{aspect:t,values:n.counts,omitted:n.omitted}]})}var N=[[`OVERDUE`,`Overdue`,`not written again when it usually would have been`],[`ON_TIME`,`On time`,`written when it usually is`],[`WRITTEN`,`No rhythm yet`,`written, too seldom to tell what is usual`],[`UNWRITTEN`,`Never written`,`no run is known to have written it`]];function P(e){let t=(e??``).split(`,`),n=N.map(([e])=>e).filter(e=>t.includes(e));return n.length>0?n:null}function F(e,t){let n=(e??``).split(`,`).map(e=>e.toUpperCase()).filter(e=>e in t);return n.length>0?n:null}var I={screen:`_screen_kyhic_1`,facets:`_facets_kyhic_2`,facet:`_facet_kyhic_2`,value:`_value_kyhic_5`,chosen:`_chosen_kyhic_9`,more:`_more_kyhic_11`,omitted:`_omitted_kyhic_12`,list:`_list_kyhic_13`,table:`_table_kyhic_14`,told:`_told_kyhic_15`,narrowed:`_narrowed_kyhic_17`,find:`_find_kyhic_20`,name:`_name_kyhic_24`,quiet:`_quiet_kyhic_26`,none:`_none_kyhic_27`,tags:`_tags_kyhic_28`,written:`_written_kyhic_28`,sections:`_sections_kyhic_30`,section:`_section_kyhic_30`,text:`_text_kyhic_32`,chips:`_chips_kyhic_33`,columns:`_columns_kyhic_34`,fresh:`_fresh_kyhic_38`,runs:`_runs_kyhic_39`,code:`_code_kyhic_41`,subtitle:`_subtitle_kyhic_42`},L=o(),R={kind:`Kind`,namespace:`Namespace`,owner:`Owner`,tag:`Tag`},z=6;function B({facets:e,filters:t,bySearch:n}){return(0,L.jsxs)(`aside`,{className:I.facets,"aria-label":`Narrow down`,children:[e.map(e=>(0,L.jsx)(V,{facet:e,chosen:t[e.aspect]},e.aspect)),!n&&(0,L.jsx)(H,{chosen:t.fresh})]})}function V({facet:{aspect:e,values:t,omitted:n},chosen:r}){let[,i]=_(),[a,o]=(0,D.useState)(!1),s=a?t:t.slice(0,z),c=t=>e===`kind`?t.toUpperCase()===r?.toUpperCase():t===r;return t.length===0&&!r?null:(0,L.jsxs)(`fieldset`,{className:I.facet,children:[(0,L.jsx)(`legend`,{children:R[e]}),s.map(({value:t,count:n})=>(0,L.jsx)(U,{label:e===`kind`&&t.toUpperCase()in C?T(t.toUpperCase()).plural:t,count:n,pressed:c(t),onPress:()=>i({[e]:c(t)?null:e===`kind`?t.toUpperCase():t})},t)),t.length>z&&(0,L.jsx)(`button`,{type:`button`,className:I.more,onClick:()=>o(!a),children:a?`Fewer`:`${t.length-z} more`}),a&&n>0&&(0,L.jsxs)(`small`,{className:I.omitted,children:[`and `,n.toLocaleString(`en`),` of fewer assets: search finds them`]})]})}function H({chosen:e}){let[,t]=_();return(0,L.jsxs)(`fieldset`,{className:I.facet,children:[(0,L.jsx)(`legend`,{children:`Freshness`}),N.map(([n,r,i])=>(0,L.jsx)(U,{label:r,about:i,pressed:e===n,onPress:()=>t({fresh:e===n?null:n})},n))]})}function U({label:e,about:n,count:r,pressed:i,onPress:a}){return(0,L.jsxs)(`button`,{type:`button`,className:t(I.value,i&&I.chosen),"aria-pressed":i,title:n??e.slice(0,200),onClick:a,children:[(0,L.jsx)(`span`,{children:e}),r!==void 0&&(0,L.jsx)(`b`,{className:`numbers`,children:r.toLocaleString(`en`)})]})}var W={name:`AssetPreview`,id:`sha256:acd048a4a1821ee05135f5e492e101eca31f2a101e1752002d0c1b93528e7b23`,text:`query AssetPreview($id: ID!, $asOf: DateTime, $knownAt: DateTime) {
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
}`},G=12;function K({id:e,onClose:t}){let{asOf:n,knownAt:i}=p(),{data:a,error:o,isPending:c,refetch:l}=g(W,{id:e,asOf:n,knownAt:i},{keep:!1}),u=a?.asset,m=u&&`dataset`in u&&u.kind===`COLUMN`?u.dataset.id:u?.id;return(0,L.jsx)(d,{open:!0,onClose:t,width:520,title:u?(0,L.jsx)(`span`,{style:{unicodeBidi:`isolate`},children:u.name.length>240?`${u.name.slice(0,240)}…`:u.name}):`Asset`,subtitle:u&&(0,L.jsxs)(`div`,{className:I.subtitle,children:[(0,L.jsx)(S,{kind:u.kind}),u.isRetired&&(0,L.jsx)(b,{tint:`warn`,children:`retired`}),(0,L.jsx)(`span`,{children:`namespace`in u?u.namespace:``})]}),foot:u&&(0,L.jsxs)(L.Fragment,{children:[[`DATASET`,`TOPIC`,`JOB`,`COLUMN`].includes(u.kind)&&(0,L.jsx)(r,{to:`/lineage/${m}`,search:{},className:s(),children:`Lineage`}),(0,L.jsx)(r,{to:`/catalog/${encodeURIComponent(u.id)}`,search:{},className:s({look:`main`}),children:`Open the page`})]}),children:o?(0,L.jsx)(f,{error:o,onRetry:()=>void l()}):c?(0,L.jsx)(h,{rows:8}):u?(0,L.jsx)(q,{asset:u}):(0,L.jsx)(`p`,{children:`Nothing has this id at the chosen instants. Choose a later “known at”, or go back to now.`})})}function q({asset:e}){return(0,L.jsxs)(`div`,{className:I.sections,children:[e.description&&(0,L.jsx)(`p`,{className:I.text,children:e.description}),(0,L.jsx)(Z,{title:`Owners`,children:(0,L.jsxs)(`div`,{className:I.chips,children:[e.owners.map(({name:e,type:t})=>(0,L.jsx)(b,{tint:`gold`,title:t??``,children:e},e+t)),e.owners.length===0&&`Nobody answers for it yet; the page lets you say who does.`]})}),(e.tags.length>0||e.domain)&&(0,L.jsx)(Z,{title:`Tags and domain`,children:(0,L.jsxs)(`div`,{className:I.chips,children:[e.tags.map(({key:e,value:t})=>(0,L.jsx)(b,{children:t&&t!==`true`?`${e}: ${t}`:e},e)),e.domain&&(0,L.jsx)(E,{id:e.domain.id,name:e.domain.name,kind:`DOMAIN`})]})}),`columns`in e&&(0,L.jsx)(J,{asset:e}),`runHistory`in e&&(0,L.jsx)(Y,{asset:e}),`folder`in e&&(0,L.jsx)(Z,{title:`File`,children:(0,L.jsxs)(`dl`,{className:I.columns,children:[(0,L.jsx)(Q,{label:`dataset`,value:e.folder}),(0,L.jsx)(Q,{label:`rows`,value:e.rows?.toLocaleString(`en`)??`–`}),(0,L.jsx)(Q,{label:`written`,value:(0,L.jsx)(y,{at:e.writtenAt})}),(0,L.jsx)(Q,{label:`by`,value:(0,L.jsx)(w,{id:e.runId,children:`its run`})})]})}),e.storedIn.length>0&&(0,L.jsx)(Z,{title:`Stored in`,children:e.storedIn.map(({id:e,name:t,kind:n})=>(0,L.jsx)(E,{id:e,name:t,kind:n},e))})]})}function J({asset:e}){let{lastWrittenAt:t,usualIntervalSeconds:n,expectedBy:r,isOverdue:i}=e.freshness;return(0,L.jsxs)(L.Fragment,{children:[(0,L.jsx)(Z,{title:`Freshness`,children:(0,L.jsx)(`div`,{className:I.chips,children:t?(0,L.jsxs)(L.Fragment,{children:[(0,L.jsxs)(`span`,{children:[`written `,(0,L.jsx)(y,{at:t,relative:!0}),n!==null&&`, usually every ${m(n)}`]}),i!==null&&(0,L.jsx)(b,{tint:i?`warn`:`good`,children:i?`overdue`:`on time`}),r&&!i&&(0,L.jsxs)(`span`,{children:[`next by `,(0,L.jsx)(y,{at:r})]})]}):`No run is known to have written it.`})}),(0,L.jsx)(Z,{title:`Columns${e.columns.length>G?` (${G} of ${e.columns.length})`:e.columns.length>0?` (${e.columns.length})`:``}`,children:e.columns.length===0?`No event has told its columns.`:(0,L.jsx)(`dl`,{className:I.columns,children:e.columns.slice(0,G).map(({path:e,type:t})=>(0,L.jsx)(Q,{label:e,value:t??``,isType:!0},e))})}),(0,L.jsxs)(Z,{title:`Last written by`,children:[(0,L.jsx)(`ul`,{className:I.runs,children:e.dataVersions.nodes.map(({runId:e,writtenAt:t,job:n,run:r,version:i})=>(0,L.jsxs)(`li`,{children:[r&&(0,L.jsx)(u,{state:r.state}),e&&n?(0,L.jsx)(w,{id:e,children:n.displayName}):(0,L.jsx)(`code`,{children:i}),(0,L.jsx)(y,{at:t,relative:!0})]},i+t))}),e.dataVersions.nodes.length===0&&`No run yet.`]})]})}function Y({asset:e}){let{runs:t,complete:n,failed:r,aborted:i,goingOn:a,medianSeconds:o}=e.runHistory.total;return(0,L.jsxs)(L.Fragment,{children:[(0,L.jsx)(Z,{title:`Runs of the last 14 days`,children:t===0?`None.`:(0,L.jsxs)(`div`,{className:I.chips,children:[(0,L.jsxs)(b,{tint:`good`,children:[n,` went well`]}),r>0&&(0,L.jsxs)(b,{tint:`bad`,children:[r,` failed`]}),i>0&&(0,L.jsxs)(b,{tint:`warn`,children:[i,` stopped`]}),a>0&&(0,L.jsxs)(b,{tint:`gold`,children:[a,` going on`]}),o!==null&&(0,L.jsxs)(`span`,{children:[`half of them within `,m(o)]})]})}),(0,L.jsx)(Z,{title:`Reads`,children:(0,L.jsx)(X,{all:e.inputs.map(({dataset:e})=>e)})}),(0,L.jsx)(Z,{title:`Writes`,children:(0,L.jsx)(X,{all:e.outputs.map(({dataset:e})=>e)})}),e.sql&&(0,L.jsx)(Z,{title:`SQL`,children:(0,L.jsx)(`pre`,{className:I.code,tabIndex:0,children:e.sql.query})})]})}function X({all:e}){return e.length===0?`Nothing that is known.`:(0,L.jsxs)(`ul`,{className:I.runs,children:[e.slice(0,G).map(e=>(0,L.jsx)(`li`,{children:(0,L.jsx)(te,{of:e,kind:`dataset`})},e.namespace+e.name)),e.length>G&&(0,L.jsxs)(`li`,{children:[`and `,e.length-G,` more`]})]})}function Z({title:e,children:t}){return(0,L.jsxs)(`section`,{className:I.section,children:[(0,L.jsx)(`h3`,{children:e}),t]})}function Q({label:e,value:t,isType:n=!1}){return(0,L.jsxs)(`div`,{children:[(0,L.jsx)(`dt`,{title:e,children:e}),(0,L.jsx)(`dd`,{className:n?void 0:I.fresh,children:t})]})}var $=500;function re(){let[e,t]=_(),{q:n,kind:r,namespace:i,owner:a,tag:o,fresh:s}=e,l={kind:r,namespace:i,owner:a,tag:o,fresh:s},u=ie(n,l),d=!!(n||r||i||a||o||s),p=()=>t({q:null,kind:null,namespace:null,owner:null,tag:null,fresh:null});return(0,L.jsxs)(ee,{title:`Catalog`,size:`full`,about:`Datasets, topics, jobs, files, and what people keep here.`,actions:(0,L.jsx)(se,{}),children:[(0,L.jsxs)(`div`,{className:I.screen,children:[(0,L.jsx)(B,{facets:u.facets,filters:l,bySearch:!!n}),(0,L.jsxs)(`div`,{className:I.list,children:[(0,L.jsxs)(`div`,{className:I.told,role:`status`,children:[(0,L.jsx)(`span`,{className:`numbers`,children:u.told}),(0,L.jsx)(ce,{filters:l,q:n}),d&&(0,L.jsx)(c,{small:!0,look:`plain`,onClick:p,children:`Clear all`})]}),u.error?(0,L.jsx)(f,{error:u.error,onRetry:u.refetch}):u.isPending?(0,L.jsx)(h,{rows:12}):u.rows.length===0?d?(0,L.jsx)(de,{onClear:p}):(0,L.jsx)(fe,{}):(0,L.jsx)(v,{label:`Assets`,className:I.table,columns:le,rows:u.rows,keyOf:e=>e.id,total:u.total,selected:e.asset,onOpen:e=>t({asset:e.id},!0),onEnd:u.onEnd})]})]}),e.asset&&(0,L.jsx)(K,{id:e.asset,onClose:()=>t({asset:null})})]})}function ie(e,t){let{asOf:n,knownAt:r}=p(),i=F(t.kind,C),a=l(O,{kinds:i,namespace:t.namespace??null,owner:t.owner??null,tag:t.tag??null,freshness:P(t.fresh),domain:null,asOf:n,knownAt:r},e=>e.assets.pageInfo,{enabled:!e}),o=l(k,{text:e??``,kinds:i?.map(e=>e.toLowerCase())??Object.keys(C).map(e=>e.toLowerCase()),filters:{namespaces:t.namespace?[t.namespace]:null,owners:t.owner?[t.owner]:null,tags:t.tag?[t.tag]:null}},e=>e.search.pageInfo,{enabled:!!e}),s=e?o:a,c=e?o.pages.flatMap(({search:e})=>e.nodes.flatMap(({asset:e})=>e?[e]:[])):a.pages.flatMap(({assets:e})=>e.nodes),u=ae(c.length,s.hasMore,s.isFetching,s.more),d=e?o.pages[0]?.search:void 0,f=e?void 0:a.pages[0]?.assets,m=e?d?.totalCount:t.fresh?void 0:f?.count;return{rows:c,onEnd:u,total:m,told:oe(c.length,m,s.hasMore,!!d?.totalIsLeast,!!d?.isMistyped,s.isPending),facets:e?M(d?.facets):j(f?.facets),isPending:s.isPending,error:s.error,refetch:s.refetch}}function ae(e,t,n,r){let[i,a]=(0,D.useState)($);return(0,D.useEffect)(()=>{e===0?a($):t&&!n&&e<i&&r()},[e,t,n,i,r]),()=>a(e+$)}function oe(e,t,n,r,i,a){if(a)return`…`;let o=t??e,s=`${o.toLocaleString(`en`)}${r||t===void 0&&n?`+`:``} ${o===1?`asset`:`assets`}`;return i?`${s}, none exactly so: these are spelt alike`:s}function se(){let[{q:e},t]=_(),[n,r]=(0,D.useState)(e??``);return(0,D.useEffect)(()=>r(e??``),[e]),(0,D.useEffect)(()=>{if(n===(e??``))return;let r=setTimeout(()=>t({q:n.trim()}),200);return()=>clearTimeout(r)},[n,e,t]),(0,L.jsxs)(`div`,{className:I.find,children:[(0,L.jsx)(i,{size:15,"aria-hidden":!0}),(0,L.jsx)(`input`,{type:`search`,placeholder:`Name, column, owner, SQL…`,"aria-label":`Find in the catalog`,maxLength:500,value:n,onChange:e=>r(e.target.value)})]})}function ce({filters:e,q:t}){let[,r]=_();return Object.entries({q:t,...e}).filter(e=>!!e[1]).map(([e,t])=>(0,L.jsxs)(`button`,{type:`button`,className:I.narrowed,onClick:()=>r({[e]:null}),title:`Take this filter away`,children:[(0,L.jsx)(`small`,{children:e===`q`?`words`:e===`fresh`?`freshness`:e}),(0,L.jsx)(`span`,{children:t.toLowerCase().replaceAll(`_`,` `).length>48?`${t.slice(0,48)}…`:e===`kind`||e===`fresh`?t.toLowerCase().replaceAll(`_`,` `):t}),(0,L.jsx)(n,{size:12,"aria-hidden":!0})]},e))}var le=[{id:`name`,head:`Name`,width:`minmax(220px, 2.2fr)`,cell:e=>(0,L.jsxs)(`span`,{className:I.name,title:e.name.slice(0,300),children:[(0,L.jsx)(ne,{kind:e.kind}),(0,L.jsx)(`span`,{children:e.name})]})},{id:`kind`,head:`Kind`,width:`112px`,cell:e=>(0,L.jsx)(S,{kind:e.kind})},{id:`namespace`,head:`Namespace`,width:`minmax(100px, 1fr)`,cell:e=>(0,L.jsx)(`span`,{className:I.quiet,children:`namespace`in e?e.namespace:``})},{id:`owner`,head:`Owner`,width:`minmax(130px, 1.3fr)`,cell:e=>(0,L.jsx)(`span`,{title:e.owners.map(({name:e})=>e).join(`, `),children:e.owners[0]?.name??(0,L.jsx)(`i`,{className:I.none,children:`nobody`})})},{id:`tags`,head:`Tags`,width:`minmax(90px, 0.9fr)`,cell:e=>(0,L.jsx)(`span`,{className:I.tags,children:e.tags.slice(0,3).map(({key:e,value:t})=>(0,L.jsx)(b,{children:t&&t!==`true`?`${e}: ${t}`:e},e))})},{id:`written`,head:`Last written`,width:`148px`,cell:e=>(0,L.jsx)(ue,{row:e})}];function ue({row:e}){return`freshness`in e&&e.freshness.lastWrittenAt?(0,L.jsxs)(`span`,{className:I.written,children:[(0,L.jsx)(y,{at:e.freshness.lastWrittenAt,relative:!0}),e.freshness.isOverdue&&(0,L.jsx)(b,{tint:`warn`,children:`overdue`})]}):`writtenAt`in e&&e.writtenAt?(0,L.jsx)(y,{at:e.writtenAt,relative:!0}):(0,L.jsx)(`span`,{className:I.none,children:`–`})}function de({onClear:e}){return(0,L.jsx)(x,{title:`Nothing fits all of this`,actions:(0,L.jsx)(c,{onClick:e,children:`Clear all filters`}),children:`Take a filter away, or look for fewer words.`})}function fe(){return(0,L.jsx)(x,{title:`The catalog is empty`,actions:(0,L.jsx)(r,{to:`/start`,className:s({look:`main`}),children:`Send your first event`}),children:`Datasets and jobs come here by themselves once an OpenLineage event tells of them.`})}export{re as Screen};