-- For wrk: each request sets or takes back a like, and each changes something. TOKENS and COURSES name files, one a line; ASKED names one
-- that says how many requests earlier runs made of them, so that this one goes on where they have stopped.
local function lines(path)
  local all = {}
  for line in io.lines(path) do all[#all + 1] = line end
  return all
end

local tokens = lines(os.getenv("TOKENS"))
local courses = lines(os.getenv("COURSES"))
local pairs_of_both = #tokens * #courses
local earlier = io.open(os.getenv("ASKED"))
asked = earlier and earlier:read("n") or 0
if earlier then earlier:close() end

request = function()
  local pair = asked % pairs_of_both
  local method = math.floor(asked / pairs_of_both) % 2 == 0 and "PUT" or "DELETE"
  asked = asked + 1
  local token = tokens[pair % #tokens + 1]
  local course = courses[math.floor(pair / #tokens) + 1]
  return wrk.format(method, "/api/v1/courses/" .. course .. "/like", { ["Authorization"] = "Bearer " .. token })
end

-- Only one thread asks; what it knows is not known here unless it is fetched.
local asking
setup = function(thread) asking = thread end
done = function()
  local file = assert(io.open(os.getenv("ASKED"), "w"))
  file:write(asking:get("asked"))
  file:close()
end
