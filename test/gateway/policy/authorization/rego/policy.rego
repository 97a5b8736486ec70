# What `policy.wasm` was compiled from:
# opa build -t wasm -e graph/allow -e graph/decisions -e graph/work -e graph/never -e graph/clock -o bundle.tar.gz policy.rego
package graph

# The policies that one of the identity's roles has, and those that are named after its organisation.
allow contains policy if {
	some role in input.identity.roles
	some policy in input.policies
	policy in data.roles[role]
}

allow contains policy if {
	some policy in input.policies
	policy == sprintf("org:%s", [input.identity.claims.org])
}

# The same as an object of booleans.
decisions[policy] := policy in allow if some policy in input.policies

# As much work and as much memory as the client asks for.
work contains policy if {
	some policy in input.policies
	count([1 | some i in numbers.range(1, input.variables.loops); some j in numbers.range(1, 1000); i * j == -1]) == 0
	count(numbers.range(0, input.variables.numbers)) > 0
}

# Has no value.
never := true if input.policies == "none"

clock if time.now_ns() > 1700000000000000000
