-- For wrk: each request sets or takes back a like, and each changes something. TOKENS and COURSES name files, one a line.
local function lines(path)
  local all = {}
  for line in io.lines(path) do all[#all + 1] = line end
  return all
end

local tokens = lines(os.getenv("TOKENS"))
local courses = lines(os.getenv("COURSES"))
local pairs_of_both = #tokens * #courses
local asked = 0

request = function()
  local pair = asked % pairs_of_both
  local method = math.floor(asked / pairs_of_both) % 2 == 0 and "PUT" or "DELETE"
  asked = asked + 1
  local token = tokens[pair % #tokens + 1]
  local course = courses[math.floor(pair / #tokens) + 1]
  return wrk.format(method, "/api/v1/courses/" .. course .. "/like", { ["Authorization"] = "Bearer " .. token })
end
