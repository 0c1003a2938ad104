#include "core/signing/local/LookAlikes.h"

#include "core/base/text/Ascii.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t leastEqual = 4;

std::string_view digitsOf(std::string_view address)
{
    return address.starts_with("0x") ? address.substr(2) : address;
}

/// Case counts in Base58 only.
struct SameCharacter
{
    bool isHex = false;

    bool operator()(char a, char b) const { return a == b || (isHex && ascii::lower(a) == ascii::lower(b)); }
};

/// Both ends first, then the longer one.
std::size_t rank(std::size_t atBegin, std::size_t atEnd)
{
    constexpr std::size_t more = 1000;
    return (std::min(atBegin, atEnd) >= leastEqual ? more : 0) + std::max(atBegin, atEnd);
}

}  // namespace

LookAlikes::LookAlikes(const std::vector<JobParty>& parties)
{
    for (const JobParty& party : parties) {
        m_candidates.push_back({.address = party.key, .other = {}, .whose = {}, .atBegin = 0, .atEnd = 0});
    }
}

bool LookAlikes::isMoreAlike(std::string_view known, LookAlike& candidate)
{
    const bool isHex = known.starts_with("0x");
    if (isHex != candidate.address.starts_with("0x")) {
        return false;
    }
    const std::string_view a = digitsOf(candidate.address);
    const std::string_view b = digitsOf(known);
    const SameCharacter same{isHex};
    const auto ahead = std::mismatch(a.begin(), a.end(), b.begin(), b.end(), same);
    const auto behind = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend(), same);
    const auto atBegin = static_cast<std::size_t>(ahead.first - a.begin());
    const auto atEnd = static_cast<std::size_t>(behind.first - a.rbegin());
    // The same one, or only the zeros that addresses are mined for.
    const bool isSame = atBegin == a.size() && atBegin == b.size();
    const bool isZeros =
        atEnd < leastEqual && a.substr(0, atBegin).find_first_not_of('0') == std::string::npos;
    if (isSame || isZeros || std::max(atBegin, atEnd) < leastEqual ||
        rank(atBegin, atEnd) <= rank(candidate.atBegin, candidate.atEnd)) {
        return false;
    }
    candidate.atBegin = atBegin;
    candidate.atEnd = atEnd;
    return true;
}

std::vector<LookAlike> LookAlikes::found() const
{
    std::vector<LookAlike> found;
    std::ranges::copy_if(m_candidates, std::back_inserter(found),
                         [](const LookAlike& candidate) { return !candidate.other.empty(); });
    return found;
}

}  // namespace countersign
