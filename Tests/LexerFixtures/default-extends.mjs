export default class extends Object { 'constructor'() { super() } }
