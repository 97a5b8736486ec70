-- wrk -s load.lua URL -- BODY AUTHORIZATION COUNT
-- Posts BODY. COUNT 0: without the header authorization; 1: with AUTHORIZATION; more: AUTHORIZATION and a number that cycles.

local requests, sent = {}, 0

function init(arguments)
  local body, authorization, count = arguments[1], arguments[2], tonumber(arguments[3])
  local headers = { ["content-type"] = "application/json" }
  if count < 2 then
    if count == 1 then headers["authorization"] = authorization end
    requests[1] = wrk.format("POST", nil, headers, body)
  else
    for number = 1, count do
      headers["authorization"] = authorization .. number
      requests[number] = wrk.format("POST", nil, headers, body)
    end
  end
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'report {"requests":%d,"bytes":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
