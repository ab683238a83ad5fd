// import "./nothing.mjs"
