import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{d as t,l as n}from"./browser-DUN3ukrG.js";import{An as r,Rn as i,Vn as a,Wt as o,_n as s,bt as c,ct as l,ft as u,ln as d,mt as f,ot as p,zn as m}from"./shell-BaYGq6tS.js";import{i as h,t as g}from"./react-BNCMh3YF.js";import{C as _,_ as v,d as y,f as b,h as x,l as ee,n as S,o as C,r as te,s as w,t as T,u as E}from"./parts-xAbA8Brg.js";import{n as ne}from"./Keys-BLQ9aM6S.js";import{n as D}from"./url-DQA_RMfz.js";import{o as O}from"./history-D_-uvGlT.js";var k=e(h(),1),re={name:`ApproveTasks`,id:`sha256:137d1cf5a46b080c448c73c418180ca3854765edf7da9499504f4e97e210f148`,text:`mutation ApproveTasks($ids: [ID!]!, $note: String, $override: Boolean! = false) {
  approveReviewTasks(ids: $ids, note: $note, override: $override) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},ie={name:`AssignTasks`,id:`sha256:0bd045ad8a7d5f6161947a708553a8899925c97fb8a738cb2328896075a44505`,text:`mutation AssignTasks($ids: [ID!]!, $assignee: String, $note: String) {
  assignReviewTasks(ids: $ids, assignee: $assignee, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},ae={name:`CommentTasks`,id:`sha256:79a6c0fdab092149d320d95d86bc068d79c7f4c7d55d5997eda4a72a4ed171b0`,text:`mutation CommentTasks($ids: [ID!]!, $note: String!) {
  commentReviewTasks(ids: $ids, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},A={name:`DeferTasks`,id:`sha256:770e467e393e82d815fed3d624eb00e9591f75d0ae973b83b728a01d144ff19a`,text:`mutation DeferTasks($ids: [ID!]!, $until: DateTime!, $note: String) {
  deferReviewTasks(ids: $ids, until: $until, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},oe={name:`RejectTasks`,id:`sha256:278fab0d22841e7b73a9382306c21bbc4d28bb32aff9a2d10fc11c8958a42eeb`,text:`mutation RejectTasks($ids: [ID!]!, $note: String) {
  rejectReviewTasks(ids: $ids, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},se={name:`SplitTasks`,id:`sha256:776ef31123f1ab52dda461925f3faccc05d1e6219e7a328fc667eee5ddb09760`,text:`mutation SplitTasks($ids: [ID!]!, $note: String) {
  splitReviewTasks(ids: $ids, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},ce={name:`UnassignTasks`,id:`sha256:f2135a77c45efa72c34ad927002d5bf665c1926bd04a9b981faf4637b48724ca`,text:`mutation UnassignTasks($ids: [ID!]!, $note: String) {
  unassignReviewTasks(ids: $ids, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},le={name:`UndoTasks`,id:`sha256:d1fc7095eef23fd8fc3d5d0d806b1415f8d5ad0fd16cd6447c97e5db15144ca5`,text:`mutation UndoTasks($ids: [ID!]!, $note: String) {
  undoReviewTasks(ids: $ids, note: $note) {
    done
    failed
    results { id error { code message } task { id status } }
  }
}`},ue={approve:`They are one now.`,reject:`They stay two, whatever else is loaded.`,split:`Taken apart.`,undo:`Taken back.`,assign:`Assigned.`,unassign:`Nobody's again.`,defer:`Put off.`,comment:`Noted.`};function de({act:e,error:t}){return t?t.message:ue[e.what]}function fe({what:e}){return e===`approve`||e===`reject`||e===`split`||e===`defer`}function pe(){let e=p(),[n,r]=(0,k.useState)(null),[i,a]=(0,k.useState)(!1);return{done:n,isBusy:i,act:(0,k.useCallback)(async(n,i)=>{a(!0);try{let e=(await me(n,i)).results[0]?.error??null;return r({id:n,act:i,error:e?new t(e.message,e.code):null}),e===null}catch(e){return r({id:n,act:i,error:e instanceof t?e:new t(String(e),`UNKNOWN`)}),!1}finally{a(!1),e.invalidateQueries()}},[e]),forget:(0,k.useCallback)(()=>r(null),[])}}async function me(e,t){let r=[e],i=async e=>j(await n(e,{ids:r}));switch(t.what){case`approve`:return j(await n(re,{ids:r,override:t.override??!1}));case`reject`:return i(oe);case`split`:return i(se);case`undo`:return i(le);case`unassign`:return i(ce);case`assign`:return j(await n(ie,{ids:r,assignee:t.assignee}));case`defer`:return j(await n(A,{ids:r,until:t.until}));case`comment`:return j(await n(ae,{ids:r,note:t.note}))}}function j(e){return Object.values(e)[0]}var M=[`OPEN`,`DEFERRED`,`APPROVED`,`REJECTED`,`SPLIT`,`OBSOLETE`],N=[`POSSIBLE_MATCH`,`CONTESTED`,`CONFLICT`,`REOPENED`],P={HEAVIEST:`most alike first`,LIGHTEST:`least alike first`,OLDEST:`waiting longest first`,NEWEST:`newest first`},F={POSSIBLE_MATCH:{title:`possible match`,tint:`gold`},CONTESTED:{title:`contested`,tint:`kind-mart`},CONFLICT:{title:`conflict`,tint:`bad`},REOPENED:{title:`reopened`,tint:`warn`}},he=50;function ge(e){let t=e.status?.toUpperCase(),n=e.kind?.toUpperCase(),r=e.order?.toUpperCase()??``,i=Number(e.least);return{type:e.type??`customer`,status:t===`ANY`?null:M.find(e=>e===t)??`OPEN`,kind:N.find(e=>e===n)??null,assignee:e.assignee&&e.assignee!==`-`?e.assignee:null,isUnassigned:e.assignee===`-`||null,system:e.system??null,minWeight:e.least&&Number.isFinite(i)?i:null,search:e.q??null,orderBy:r in P?r:`HEAVIEST`,first:he,after:null}}function I(e){return e>=259200?`bad`:e>=86400?`warn`:`quiet`}function L(e,t=Date.now()){let n=new Date(t+e*864e5);return n.setUTCHours(7,0,0,0),n.toISOString()}function _e(e,t){let n=e.indexOf(t);return n===-1?e[0]??null:e[n+1]??e[n-1]??null}var R={filters:`_filters_10ouw_1`,kinds:`_kinds_10ouw_3`,deferrals:`_deferrals_10ouw_4`,desk:`_desk_10ouw_6`,queue:`_queue_10ouw_7`,list:`_list_10ouw_8`,item:`_item_10ouw_9`,chosen:`_chosen_10ouw_12`,itemTop:`_itemTop_10ouw_13`,itemFoot:`_itemFoot_10ouw_13`,score:`_score_10ouw_18`,task:`_task_10ouw_20`,acts:`_acts_10ouw_21`,gap:`_gap_10ouw_25`,done:`_done_10ouw_26`,detail:`_detail_10ouw_33`,verdict:`_verdict_10ouw_34`,big:`_big_10ouw_35`,quiet:`_quiet_10ouw_36`,pair:`_pair_10ouw_38`,pairRow:`_pairRow_10ouw_39`,pairName:`_pairName_10ouw_41`,side:`_side_10ouw_42`,silent:`_silent_10ouw_43`,mark:`_mark_10ouw_44`,recordHead:`_recordHead_10ouw_50`,recordKey:`_recordKey_10ouw_52`,why:`_why_10ouw_55`,historyTitle:`_historyTitle_10ouw_57`,waterfall:`_waterfall_10ouw_58`,zero:`_zero_10ouw_59`,step:`_step_10ouw_60`,beamTitle:`_beamTitle_10ouw_61`,beamBits:`_beamBits_10ouw_62`,reasons:`_reasons_10ouw_69`,history:`_history_10ouw_57`},z=g(),ve=[[`tomorrow`,1],[`in three days`,3],[`in a week`,7],[`in a month`,30]];function ye({task:e,isBusy:t,onAct:n,dialog:r,onDialog:i}){let a=e.status===`OPEN`||e.status===`DEFERRED`,[p,m]=e.entityType===`customer`?[`One person`,`Two people`]:[`One`,`Two`],h=e.left.goldenId!==null&&e.left.goldenId===e.right.goldenId;return(0,z.jsxs)(`div`,{className:R.acts,role:`toolbar`,"aria-label":`What can be done`,children:[(0,z.jsxs)(v,{look:`main`,icon:(0,z.jsx)(s,{"aria-hidden":!0}),disabled:!a||t,onClick:()=>n({what:`approve`}),children:[p,` `,(0,z.jsx)(B,{children:`a`})]}),(0,z.jsxs)(v,{look:`danger`,icon:(0,z.jsx)(l,{"aria-hidden":!0}),disabled:!a||t||h,onClick:()=>n({what:`reject`}),children:[m,` `,(0,z.jsx)(B,{children:`r`})]}),(0,z.jsxs)(v,{icon:(0,z.jsx)(c,{"aria-hidden":!0}),disabled:!a||t||!h,title:h?void 0:`They are in two golden records already`,onClick:()=>n({what:`split`}),children:[`Take apart `,(0,z.jsx)(B,{children:`s`})]}),(0,z.jsx)(`span`,{className:R.gap}),(0,z.jsxs)(v,{look:`plain`,icon:(0,z.jsx)(d,{"aria-hidden":!0}),disabled:!a||t,onClick:()=>i(`defer`),children:[`Later `,(0,z.jsx)(B,{children:`d`})]}),(0,z.jsxs)(v,{look:`plain`,icon:(0,z.jsx)(u,{"aria-hidden":!0}),disabled:!a||t,onClick:()=>n(e.assignee?{what:`unassign`}:{what:`assign`,assignee:null}),children:[e.assignee?`${e.assignee.slice(0,16)} ×`:`Mine`,` `,(0,z.jsx)(B,{children:`m`})]}),(0,z.jsx)(v,{look:`plain`,small:!0,icon:(0,z.jsx)(u,{"aria-hidden":!0}),"aria-label":`Assign to somebody else`,disabled:!a||t,onClick:()=>i(`assign`)}),(0,z.jsxs)(v,{look:`plain`,icon:(0,z.jsx)(o,{"aria-hidden":!0}),disabled:t,onClick:()=>i(`comment`),children:[`Note `,(0,z.jsx)(B,{children:`c`})]}),(0,z.jsxs)(v,{look:`plain`,icon:(0,z.jsx)(f,{"aria-hidden":!0}),disabled:t||e.history.length===0,onClick:()=>n({what:`undo`}),children:[`Undo `,(0,z.jsx)(B,{children:`u`})]}),(0,z.jsx)(w,{open:r===`defer`,onClose:()=>i(null),title:`Put off until`,width:380,children:(0,z.jsx)(`div`,{className:R.deferrals,children:ve.map(([e,t])=>(0,z.jsxs)(v,{onClick:()=>n({what:`defer`,until:L(t)}),children:[e,` `,(0,z.jsx)(`small`,{children:te(L(t))})]},e))})}),(0,z.jsx)(V,{open:r===`comment`,title:`A note for the history`,label:`Note`,action:`Add the note`,onClose:()=>i(null),onSay:e=>n({what:`comment`,note:e})}),(0,z.jsx)(V,{open:r===`assign`,title:`Who is to look`,label:`Name`,action:`Assign`,onClose:()=>i(null),onSay:e=>n({what:`assign`,assignee:e})})]})}function B({children:e}){return(0,z.jsx)(`kbd`,{"aria-hidden":!0,children:e})}function V({open:e,title:t,label:n,action:r,onClose:i,onSay:a}){let[o,s]=(0,k.useState)(``),c=()=>{o.trim()!==``&&(a(o.trim()),s(``))};return(0,z.jsx)(w,{open:e,onClose:i,title:t,width:440,foot:(0,z.jsx)(v,{look:`main`,disabled:o.trim()===``,onClick:c,children:r}),children:(0,z.jsx)(E,{label:n,children:(0,z.jsx)(`textarea`,{rows:3,maxLength:1e3,value:o,onChange:({target:e})=>s(e.value),onKeyDown:e=>e.key===`Enter`&&(e.ctrlKey||e.metaKey)&&c()})})})}function be({done:e,onUndo:t,onOverride:n,onForget:r}){let i=e?.error?.code===`CONFLICT`&&e.act.what===`approve`&&!e.act.override;return(0,z.jsx)(`div`,{role:`status`,className:R.done,"data-wrong":e?.error?!0:void 0,hidden:e===null,children:e&&(0,z.jsxs)(z.Fragment,{children:[(0,z.jsx)(`span`,{children:de(e)}),!e.error&&e.act.what!==`undo`&&(0,z.jsxs)(v,{small:!0,look:`plain`,icon:(0,z.jsx)(f,{"aria-hidden":!0}),onClick:t,children:[`Undo `,(0,z.jsx)(`kbd`,{"aria-hidden":!0,children:`u`})]}),i&&(0,z.jsx)(v,{small:!0,onClick:n,children:`Merge all the same`}),(0,z.jsx)(v,{small:!0,look:`plain`,icon:(0,z.jsx)(l,{"aria-hidden":!0}),"aria-label":`Dismiss`,onClick:r})]})})}function xe({counts:e,total:t}){let[n,r]=D(),i=(n.status??`open`).toUpperCase(),a=n.kind?.toUpperCase(),o=t=>e.filter(e=>(!t.kind||e.kind===t.kind)&&(!t.status||t.status===`ANY`||e.status===t.status)).reduce((e,t)=>e+t.count,0),s=[`status`,`kind`,`assignee`,`system`,`least`,`q`].some(e=>n[e]);return(0,z.jsxs)(`div`,{className:R.filters,role:`search`,"aria-label":`Filters`,children:[(0,z.jsxs)(`div`,{className:R.kinds,role:`group`,"aria-label":`Kind`,children:[(0,z.jsxs)(v,{small:!0,pressed:!a,onClick:()=>r({kind:null}),children:[`All `,(0,z.jsx)(`small`,{children:o({status:i})})]}),N.map(e=>(0,z.jsxs)(v,{small:!0,pressed:a===e,onClick:()=>r({kind:a===e?null:e.toLowerCase()}),children:[F[e].title,` `,(0,z.jsx)(`small`,{children:o({kind:e,status:i})})]},e))]}),(0,z.jsx)(E,{label:`Status`,hideLabel:!0,children:(0,z.jsx)(`select`,{value:i,onChange:({target:e})=>r({status:e.value===`OPEN`?null:e.value.toLowerCase()}),children:[...M,`ANY`].map(e=>(0,z.jsxs)(`option`,{value:e,children:[e.toLowerCase(),` (`,o({status:e,...a?{kind:a}:{}}),`)`]},e))})}),(0,z.jsx)(E,{label:`Order`,hideLabel:!0,children:(0,z.jsx)(`select`,{value:n.order?.toUpperCase()??`HEAVIEST`,onChange:({target:e})=>r({order:e.value===`HEAVIEST`?null:e.value.toLowerCase()}),children:Object.entries(P).map(([e,t])=>(0,z.jsx)(`option`,{value:e,children:t},e))})}),(0,z.jsx)(H,{name:`assignee`,label:`Assigned to; - means nobody`,placeholder:`assigned to`,width:92}),(0,z.jsx)(H,{name:`system`,label:`Source system`,placeholder:`source system`,width:120}),(0,z.jsx)(H,{name:`q`,label:`Golden id or source key`,placeholder:`id or source key`,width:150}),s&&(0,z.jsx)(v,{small:!0,look:`plain`,onClick:()=>r({status:null,kind:null,assignee:null,system:null,least:null,q:null}),children:`Clear`}),(0,z.jsx)(`span`,{className:`unseen`,role:`status`,children:t===void 0?``:t===1?`1 task`:`${t} tasks`})]})}function H({name:e,label:t,placeholder:n,width:r}){let[i,a]=D(),o=i[e]??``,[s,c]=(0,k.useState)(o);return(0,k.useEffect)(()=>c(o),[o]),(0,k.useEffect)(()=>{if(s===o)return;let t=setTimeout(()=>a({[e]:s.trim()||null}),250);return()=>clearTimeout(t)},[s,o,e,a]),(0,z.jsx)(`div`,{style:{width:r},children:(0,z.jsx)(E,{label:t,hideLabel:!0,placeholder:n,value:s,maxLength:300,onChange:({target:e})=>c(e.value)})})}function Se(e,t,n){let r=e,i=[{title:`any two records`,detail:`before anything is compared`,bits:e,from:0,to:e,kind:`prior`}];for(let e of t){let t=r;r+=e.bits,i.push({title:e.comparison.replaceAll(`_`,` `),detail:e.level?U(e.level):`not known of both`,bits:e.bits,from:t,to:r,kind:e.bits>0?`for`:e.bits<0?`against`:`nothing`})}i.push({title:`weight`,detail:`what the model says`,bits:n,from:0,to:n,kind:`total`});let a=i.flatMap(({from:e,to:t})=>[e,t]);return{beams:i,least:Math.min(0,...a),most:Math.max(0,...a)}}function U(e){if(e===`else`)return`different`;let t=/^(\w+)\((.*)\)$/.exec(e);if(!t)return e.replaceAll(`_`,` `);let[,n=``,r=``]=t,i=r.split(`,`).map(e=>e.trim()).filter(e=>!/^[\d.]+$/.test(e));return`${{damerau:`a typing error apart in`,jaro_winkler:`nearly equal`,prefix:`one begins the other:`,start:`same beginning of`,any_equal:`equal`,swapped:`swapped`,local_part_equal:`equal before the @:`,day_month_swapped:`day and month swapped in`}[n]??n.replaceAll(`_`,` `)} ${i.join(`, `).replaceAll(`_`,` `)}`}function W(e){let t=Math.abs(e)<.05?`0`:Math.abs(e).toFixed(1);return t===`0`?`0`:`${e>0?`+`:`−`}${t}`}var Ce=132,we=520,G=25;function Te({prior:e,steps:t,weight:n}){let{beams:r,least:i,most:a}=Se(e,t,n),o=e=>176+(e-i)/(a-i||1)*300,s=r.length*G+6;return(0,z.jsxs)(`svg`,{className:R.waterfall,viewBox:`0 0 ${we} ${s}`,role:`img`,"aria-label":`Weight ${W(n)} bits: ${r.map(({title:e,bits:t})=>`${e} ${W(t)}`).join(`, `)}`,children:[(0,z.jsx)(`line`,{className:R.zero,x1:o(0),x2:o(0),y1:0,y2:s}),r.map((e,t)=>{let n=t*G+4,[i,a]=[o(Math.min(e.from,e.to)),o(Math.max(e.from,e.to))],s=e.bits>=0;return(0,z.jsxs)(`g`,{"data-kind":e.kind,children:[(0,z.jsx)(`text`,{x:Ce,y:n+12,textAnchor:`end`,className:R.beamTitle,children:e.title}),t>0&&t<r.length-1&&(0,z.jsx)(`line`,{className:R.step,x1:o(e.from),x2:o(e.from),y1:n-G+17,y2:n+17}),(0,z.jsx)(`rect`,{x:i,y:n,width:Math.max(2,a-i),height:17,rx:3}),(0,z.jsx)(`text`,{x:s?a+6:i-6,y:n+12.5,textAnchor:s?`start`:`end`,className:R.beamBits,children:W(e.bits)}),(0,z.jsx)(`title`,{children:`${e.title}: ${e.detail}, ${W(e.bits)} bits`})]},t)})]})}var Ee={EQUAL:`=`,SIMILAR:`≈`,DIFFERENT:`≠`,MISSING:`·`},K={EQUAL:`equal`,SIMILAR:`nearly equal`,DIFFERENT:`different`,MISSING:`one of them says nothing`};function De({task:e}){return(0,z.jsxs)(`div`,{className:R.pair,role:`table`,"aria-label":`The two records side by side`,children:[(0,z.jsxs)(`div`,{className:R.pairRow,role:`row`,children:[(0,z.jsx)(`span`,{role:`columnheader`,children:(0,z.jsx)(`span`,{className:`unseen`,children:`Attribute`})}),(0,z.jsx)(J,{record:e.left,type:e.entityType}),(0,z.jsx)(`span`,{role:`columnheader`,children:(0,z.jsx)(`span`,{className:`unseen`,children:`how alike`})}),(0,z.jsx)(J,{record:e.right,type:e.entityType})]}),e.attributes.map(({attribute:e,left:t,right:n,likeness:r})=>(0,z.jsxs)(`div`,{className:R.pairRow,role:`row`,"data-likeness":r,children:[(0,z.jsx)(`span`,{role:`rowheader`,className:R.pairName,children:O(e)}),(0,z.jsx)(q,{value:t??null}),(0,z.jsxs)(`span`,{role:`cell`,className:R.mark,title:K[r],children:[(0,z.jsx)(`span`,{"aria-hidden":!0,children:Ee[r]}),(0,z.jsx)(`span`,{className:`unseen`,children:K[r]})]}),(0,z.jsx)(q,{value:n??null})]},e))]})}function q({value:e}){return(0,z.jsx)(`span`,{role:`cell`,className:r(R.side,e===null&&R.silent),dir:`auto`,children:e??`–`})}function J({record:e,type:t}){let n=e.members.filter(({system:t,key:n})=>t!==e.sourceKey.system||n!==e.sourceKey.key);return(0,z.jsxs)(`div`,{role:`columnheader`,className:R.recordHead,children:[(0,z.jsxs)(`span`,{className:R.recordKey,children:[(0,z.jsx)(x,{tint:`kind-source`,children:e.sourceKey.system}),(0,z.jsx)(`code`,{children:e.sourceKey.key}),e.isEnded&&(0,z.jsx)(x,{tint:`warn`,children:`ended`})]}),e.goldenId&&(0,z.jsx)(i,{to:t===`customer`?`/customers/${e.goldenId}`:`/golden/${t}/${e.goldenId}`,children:`golden record`}),(0,z.jsx)(`small`,{children:n.length===0?`stands alone`:`with ${n.slice(0,3).map(({system:e,key:t})=>`${e} ${t}`).join(`, `)}${n.length>3?` and ${n.length-3} more`:``}`})]})}function Oe({rows:e,selected:t,onSelect:n,onEnd:i}){let a=(0,k.useRef)(null);return(0,k.useEffect)(()=>{a.current?.querySelector(`[aria-selected=true]`)?.scrollIntoView({block:`nearest`})},[t]),(0,z.jsx)(`ul`,{ref:a,className:R.list,role:`listbox`,"aria-label":`Review tasks`,tabIndex:0,"aria-activedescendant":t?`task-${t}`:void 0,onKeyDown:r=>{let i={ArrowDown:1,ArrowUp:-1}[r.key];if(i===void 0)return;r.preventDefault();let a=e.findIndex(({id:e})=>e===t),o=e[Math.max(0,Math.min(e.length-1,a+i))];o&&n(o.id)},onScroll:({currentTarget:{scrollTop:e,clientHeight:t,scrollHeight:n}})=>e+t>n-200&&i(),children:e.map(e=>(0,z.jsxs)(`li`,{id:`task-${e.id}`,role:`option`,"aria-selected":e.id===t,className:r(R.item,e.id===t&&R.chosen),onClick:()=>n(e.id),children:[(0,z.jsxs)(`span`,{className:R.itemTop,children:[(0,z.jsx)(x,{tint:F[e.kind].tint,children:F[e.kind].title}),(0,z.jsx)(`span`,{className:R.score,children:Y(e.score)})]}),(0,z.jsx)(`b`,{dir:`auto`,children:X(e,`left`)}),(0,z.jsx)(`b`,{dir:`auto`,children:X(e,`right`)}),(0,z.jsxs)(`span`,{className:R.itemFoot,children:[(0,z.jsxs)(`span`,{children:[e.left.sourceKey.system,` `,e.left.sourceKey.key,` · `,e.right.sourceKey.system,` `,e.right.sourceKey.key]}),(0,z.jsxs)(`span`,{style:{color:`var(--${e.status===`OPEN`?I(e.ageSeconds):`quiet`})`},children:[e.assignee?`${e.assignee} · `:``,e.status===`OPEN`?S(e.ageSeconds):e.status.toLowerCase()]})]})]},e.id))})}function Y(e){return e>.995?e<.9995?`99 %`:`> 99.9 %`:e<.005?`< 1 %`:`${Math.round(e*100)} %`}function X({attributes:e,...t},n){let r=t=>e.find(({attribute:e})=>e===t)?.[n]??null,i=[r(`firstName`),r(`lastName`)].filter(Boolean).join(` `)||r(`name`),{system:a,key:o}=t[n].sourceKey;return i||e.map(e=>e[n]).find(Boolean)||`${a} ${o}`}function ke({task:e}){let{explanation:t}=e;return(0,z.jsxs)(`div`,{className:R.detail,children:[(0,z.jsxs)(`div`,{className:R.verdict,children:[(0,z.jsx)(`span`,{className:R.big,children:Y(e.score)}),(0,z.jsxs)(`div`,{children:[(0,z.jsxs)(`p`,{children:[(0,z.jsx)(x,{tint:F[e.kind].tint,children:F[e.kind].title}),` `,Z(e.reason)]}),(0,z.jsxs)(`p`,{className:R.quiet,children:[e.status===`OPEN`?(0,z.jsxs)(z.Fragment,{children:[`waiting `,(0,z.jsx)(`span`,{style:{color:`var(--${I(e.ageSeconds)})`},children:S(e.ageSeconds)}),`, since `,(0,z.jsx)(T,{at:e.openedAt})]}):(0,z.jsxs)(z.Fragment,{children:[e.status.toLowerCase(),e.decidedBy&&` by ${e.decidedBy}`,e.decidedAt&&(0,z.jsxs)(z.Fragment,{children:[`, `,(0,z.jsx)(T,{at:e.decidedAt})]}),e.deferredUntil&&(0,z.jsxs)(z.Fragment,{children:[` `,`until `,(0,z.jsx)(T,{at:e.deferredUntil})]})]}),e.assignee&&` · ${e.assignee} is to look`]})]})]}),(0,z.jsx)(De,{task:e}),(0,z.jsxs)(`div`,{className:R.why,children:[(0,z.jsxs)(`section`,{children:[(0,z.jsx)(`h2`,{children:`Why they may be one`}),(0,z.jsx)(Te,{prior:t.prior,steps:t.steps,weight:t.modelWeight})]}),(0,z.jsxs)(`section`,{children:[(0,z.jsx)(`h2`,{children:`What speaks for and against`}),(0,z.jsxs)(`ul`,{className:R.reasons,children:[t.vetoes.map(e=>(0,z.jsxs)(`li`,{"data-side":`against`,children:[Z(O(e)),` forbids to merge them by themselves`]},e)),t.rule&&(0,z.jsxs)(`li`,{"data-side":`rule`,children:[`rule: `,t.rule]}),t.steps.filter(({bits:e})=>Math.abs(e)>=.5).sort((e,t)=>Math.abs(t.bits)-Math.abs(e.bits)).slice(0,5).map(e=>(0,z.jsxs)(`li`,{"data-side":e.bits>0?`for`:`against`,children:[(0,z.jsx)(`b`,{children:O(e.comparison)}),` `,e.level?U(e.level):``]},e.comparison)),t.sharedKeys.length>0&&(0,z.jsx)(`li`,{"data-side":`rule`,children:`met by ${t.sharedKeys.slice(0,3).map(e=>e.replaceAll(`_`,` `)).join(`; `)}`})]}),(0,z.jsx)(`h2`,{className:R.historyTitle,children:`What was done`}),e.history.length===0?(0,z.jsx)(`p`,{className:R.quiet,children:`Nothing yet.`}):(0,z.jsx)(`ol`,{className:R.history,children:e.history.map(e=>(0,z.jsxs)(`li`,{children:[(0,z.jsx)(`b`,{children:e.action}),` by `,e.actor,`, `,(0,z.jsx)(T,{at:e.at,relative:!0}),e.note&&(0,z.jsx)(`q`,{dir:`auto`,children:e.note})]},e.at+e.action))})]})]})]})}function Z(e){return e.charAt(0).toUpperCase()+e.slice(1)}var Ae={name:`ReviewTaskView`,id:`sha256:9a1479957919148a5cbd26df9f6b567e5e2f410064a5570b5f58f9aab7808046`,text:`query ReviewTaskView($id: ID!) {
  reviewTask(id: $id) {
    id
    entityType
    kind
    status
    score
    weight
    reason
    openedAt
    ageSeconds
    assignee
    deferredUntil
    decidedAt
    decidedBy
    note
    left { goldenId isEnded sourceKey { system key } members { system key since reason } }
    right { goldenId isEnded sourceKey { system key } members { system key since reason } }
    attributes { attribute left right likeness }
    explanation {
      outcome
      rule
      reason
      prior
      modelWeight
      weight
      score
      sharedKeys
      vetoes
      steps { comparison level bits left { attribute values } right { attribute values } }
    }
    history { action actor at note undoes }
  }
}`},Q={name:`ReviewTasksView`,id:`sha256:124c9d52a091af59db6c18dac8242ba7e3df7673c9b70a782380a105ecfe0a8e`,text:`query ReviewTasksView(
  $type: String!
  $status: ReviewTaskStatus
  $kind: ReviewTaskKind
  $assignee: String
  $isUnassigned: Boolean
  $system: String
  $minWeight: Float
  $search: String
  $orderBy: ReviewTaskOrder!
  $first: Int!
  $after: String
) {
  reviewTasks(
    entityType: $type
    status: $status
    kind: $kind
    assignee: $assignee
    isUnassigned: $isUnassigned
    sourceSystem: $system
    minWeight: $minWeight
    search: $search
    orderBy: $orderBy
    first: $first
    after: $after
  ) {
    totalCount
    counts { kind status count }
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      kind
      status
      score
      weight
      reason
      openedAt
      ageSeconds
      assignee
      deferredUntil
      decidedAt
      decidedBy
      left { sourceKey { system key } goldenId }
      right { sourceKey { system key } goldenId }
      attributes { attribute left right likeness }
    }
  }
}`},$=15e3;function je(){let[e]=D(),{task:t}=a({strict:!1}),n=m(),r=(0,k.useMemo)(()=>ge(e),[e]),i=_(Q,r,{every:$}),{rows:o,onEnd:s}=Ne(i.data?.reviewTasks,r),c=t??o[0]?.id??null,l=_(Ae,{id:c??``},{enabled:c!==null,keep:!1}),u=pe(),[d,f]=(0,k.useState)(null),p=e=>void n({to:e===null?`/stewardship`:`/stewardship/$task`,params:{task:e??``},search:e=>e,replace:!0,resetScroll:!1}),h=async e=>{let t=e.what===`undo`?Me(u.done,c)??c:c;if(t===null||u.isBusy)return;f(null);let n=fe(e)&&o.some(e=>e.id===t)?_e(o.map(e=>e.id),t):t;await u.act(t,e)&&n!==c&&p(n)};Fe({onAct:e=>void h(e),onStep:e=>{let t=o.findIndex(e=>e.id===c),n=o[Math.max(0,Math.min(o.length-1,t+e))];n&&p(n.id)},onDialog:f});let g=l.data?.reviewTask??null;return(0,z.jsxs)(ee,{title:`Stewardship`,size:`full`,about:`Pairs of records that only a person can decide on. What you say holds against every further load, and can be taken back.`,children:[(0,z.jsx)(xe,{counts:i.data?.reviewTasks.counts??[],total:i.data?.reviewTasks.totalCount}),i.error?(0,z.jsx)(y,{error:i.error,onRetry:()=>void i.refetch()}):(0,z.jsxs)(`div`,{className:R.desk,children:[(0,z.jsx)(`div`,{className:R.queue,children:i.isPending?(0,z.jsx)(C,{rows:8}):(0,z.jsx)(Oe,{rows:o,selected:c,onSelect:p,onEnd:s})}),(0,z.jsxs)(`div`,{className:R.task,children:[(0,z.jsx)(be,{done:u.done,onUndo:()=>void h({what:`undo`}),onOverride:()=>void h({what:`approve`,override:!0}),onForget:u.forget}),c===null?i.isPending?null:(0,z.jsx)(b,{title:`Nothing to decide`,children:e.status||e.kind||e.q||e.assignee||e.system||e.least?`No task fits these filters. Take some of them away to see more.`:`Every pair is clear. A task opens by itself when data come in that somebody has to look at.`}):l.error?(0,z.jsx)(y,{error:l.error,onRetry:()=>void l.refetch()}):l.isPending?(0,z.jsx)(C,{rows:10}):g===null?(0,z.jsx)(b,{title:`No such task`,children:`It is not in this catalog, or was erased with its records. Choose another from the list.`}):(0,z.jsxs)(z.Fragment,{children:[(0,z.jsx)(ye,{task:g,isBusy:u.isBusy,onAct:e=>void h(e),dialog:d,onDialog:f}),(0,z.jsx)(ke,{task:g})]})]})]})]})}function Me(e,t){return e&&e.error===null&&e.act.what!==`undo`?e.id:t}function Ne(e,t){let[r,i]=(0,k.useState)({of:void 0,rows:[],after:null}),a=(0,k.useRef)(!1),o=r.of===e?r:{of:e,rows:[],after:e?.pageInfo.hasNextPage?e.pageInfo.endCursor??null:null};return{rows:(0,k.useMemo)(()=>[...e?.nodes??[],...o.rows],[e,o.rows]),onEnd:()=>{o.after===null||a.current||(a.current=!0,n(Q,{...t,after:o.after}).then(({reviewTasks:{nodes:t,pageInfo:n}})=>i({of:e,rows:[...o.rows,...t],after:n.hasNextPage?n.endCursor??null:null})).catch(()=>void 0).finally(()=>a.current=!1))}}}var Pe={a:{what:`approve`},r:{what:`reject`},s:{what:`split`},u:{what:`undo`},m:{what:`assign`,assignee:null}};function Fe(e){let t=(0,k.useRef)(e);(0,k.useEffect)(()=>{t.current=e}),(0,k.useEffect)(()=>{let e=e=>{if(e.ctrlKey||e.metaKey||e.altKey||e.repeat||ne(e.target)||document.querySelector(`[role=dialog]`))return;let{onAct:n,onStep:r,onDialog:i}=t.current,a=Pe[e.key];if(a)n(a);else if(e.key===`j`||e.key===`k`)r(e.key===`j`?1:-1);else if(e.key===`d`)i(`defer`);else if(e.key===`c`)i(`comment`);else return;e.preventDefault()};return addEventListener(`keydown`,e),()=>removeEventListener(`keydown`,e)},[])}export{je as Screen};