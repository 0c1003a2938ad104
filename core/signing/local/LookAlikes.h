#pragma once

#include "core/signing/local/LocalFacts.h"

#include <string_view>

namespace countersign {

/// Compares a job's parties with address after address that is known, and keeps for each the one that is most
/// like it.
class LookAlikes
{
public:
    explicit LookAlikes(const std::vector<JobParty>& parties);

    /// known: in any spelling. whose: said of it, made only where it is one.
    template <typename Whose>
    void compare(std::string_view known, Whose&& whose)
    {
        ++m_compared;
        for (LookAlike& candidate : m_candidates) {
            if (isMoreAlike(known, candidate)) {
                candidate.other = known;
                candidate.whose = whose();
            }
        }
    }

    std::size_t compared() const { return m_compared; }
    /// Those with four or more equal characters at an end.
    std::vector<LookAlike> found() const;

private:
    /// Notes how alike they are.
    static bool isMoreAlike(std::string_view known, LookAlike& candidate);

    std::vector<LookAlike> m_candidates;
    std::size_t m_compared = 0;
};

}  // namespace countersign
