#pragma once

#include <QString>

#include <optional>
#include <vector>

namespace countersign {

/// Where in the text of a policy each member stands, also of one that is being typed and is no JSON yet: the
/// beginning is read as far as it can be. It decides nothing; what a policy says is parsePolicy's.
class PolicyOutline
{
public:
    /// Positions in UTF-16 units.
    struct Place
    {
        QString path;         ///< as the faults of parsePolicy name it: "rules[2].when.amount"
        qsizetype begin = 0;  ///< of the member's name, or of the value where it has none
        qsizetype end = 0;    ///< behind the value
    };

    /// Takes time for long texts: not on the GUI thread.
    static PolicyOutline of(const QString& text);

    const std::vector<Place>& places() const { return m_places; }
    /// The place of this path, or of the nearest one around it that is there.
    std::optional<Place> placeOf(const QString& path) const;
    /// The number of the rule at this position; nothing between rules.
    std::optional<int> ruleAt(qsizetype position) const;
    std::optional<Place> rule(int number) const;
    /// Where reading ended; nothing where all of it is JSON.
    std::optional<qsizetype> brokenAt() const { return m_brokenAt; }

    static constexpr int maxDepth = 16;
    static constexpr std::size_t maxPlaces = 100'000;

private:
    std::vector<Place> m_places;       ///< in the order in which they begin
    std::vector<std::size_t> m_rules;  ///< of m_places
    std::optional<qsizetype> m_brokenAt;
};

}  // namespace countersign
