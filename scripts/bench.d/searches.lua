-- For wrk: searches for two syllables with every kind of filter and order, one after the other.
local function encoded(text)
  return (text:gsub(".", function(c) return string.format("%%%02X", c:byte()) end))
end

local words = { "서울", "한강", "골목", "야경", "벚꽃", "미술", "시장", "산책", "데이", "새벽", "둘이", "기념" }
local filters = { "", "&region=seoul", "&region=jeju", "&tag=" .. encoded("길7"), "&max_cost=20000", "&max_minutes=200", "&region=busan&max_cost=40000" }
local sorts = { "new", "popular", "rating" }
local asked = 0

request = function()
  local word = words[asked % #words + 1]
  local filter = filters[math.floor(asked / #words) % #filters + 1]
  local sort = sorts[math.floor(asked / #words / #filters) % #sorts + 1]
  asked = asked + 1
  return wrk.format("GET", "/api/v1/viewpages?q=" .. encoded(word) .. filter .. "&sort=" .. sort)
end
