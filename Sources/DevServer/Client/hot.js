// import.meta.hot: callbacks, data and events of every module version.
