import{b}from"./one-line-b.mjs";import*as n from'./one-line-b.mjs';export{b as c}from"./one-line-b.mjs";export default b+n.b+(()=>import.meta.url.length>0)()
