#include "ui/policy/PolicyOutline.h"

#include "core/base/text/SanitizedText.h"

#include <algorithm>

namespace countersign {

namespace {

/// As PolicyPlace::at shortens names.
constexpr qsizetype mostNameCharacters = 64;

/// Reads JSON as far as it is some; recursion is bounded by PolicyOutline::maxDepth.
class OutlineReader
{
public:
    OutlineReader(const QString& text, std::vector<PolicyOutline::Place>& places)
        : m_text(text), m_places(places)
    {}

    /// Where it broke off; nothing when all of it was read.
    std::optional<qsizetype> read()
    {
        const bool whole = value({}, -1, 0);
        skipBlanks();
        return whole && m_at == m_text.size() ? std::nullopt : std::optional(m_at);
    }

private:
    QChar now() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }
    void skipBlanks()
    {
        while (m_at < m_text.size() && QStringLiteral(" \t\r\n").contains(m_text[m_at])) {
            ++m_at;
        }
    }
    bool take(QChar wanted)
    {
        skipBlanks();
        if (now() != wanted) {
            return false;
        }
        ++m_at;
        return true;
    }

    /// name: nothing where it cannot be read to its end.
    std::optional<QString> string()
    {
        if (!take(u'"')) {
            return std::nullopt;
        }
        const qsizetype begin = m_at;
        while (m_at < m_text.size() && m_text[m_at] != u'"' && m_text[m_at] != u'\n') {
            m_at += m_text[m_at] == u'\\' ? 2 : 1;
        }
        m_at = std::min(m_at, m_text.size());
        if (now() != u'"') {
            return std::nullopt;
        }
        const QString inside = m_text.mid(begin, m_at - begin);
        ++m_at;
        return inside;
    }

    bool word()
    {
        const qsizetype begin = m_at;
        while (now().isLetterOrNumber() || now() == u'-' || now() == u'+' || now() == u'.') {
            ++m_at;
        }
        return m_at > begin;
    }

    /// nameAt: of the member's name; -1 where there is none.
    bool value(const QString& path, qsizetype nameAt, int depth)
    {
        skipBlanks();
        if (depth > PolicyOutline::maxDepth || m_places.size() >= PolicyOutline::maxPlaces) {
            return false;
        }
        const std::size_t place = m_places.size();
        m_places.push_back({path, nameAt >= 0 ? nameAt : m_at, m_text.size()});
        const bool whole = now() == u'{'   ? object(path, depth)
                           : now() == u'[' ? array(path, depth)
                           : now() == u'"' ? string().has_value()
                                           : word();
        m_places[place].end = m_at;
        return whole;
    }

    bool object(const QString& path, int depth)
    {
        ++m_at;
        if (take(u'}')) {
            return true;
        }
        do {
            skipBlanks();
            const qsizetype nameAt = m_at;
            const auto name = string();
            if (!name || !take(u':')) {
                return false;
            }
            const QString shown = sanitizedText(name->toStdString(), mostNameCharacters);
            if (!value(path.isEmpty() ? shown : path + u'.' + shown, nameAt, depth + 1)) {
                return false;
            }
        } while (take(u','));
        return take(u'}');
    }

    bool array(const QString& path, int depth)
    {
        ++m_at;
        if (take(u']')) {
            return true;
        }
        int index = 0;
        do {
            if (!value(path + u'[' + QString::number(index++) + u']', -1, depth + 1)) {
                return false;
            }
        } while (take(u','));
        return take(u']');
    }

    const QString& m_text;
    std::vector<PolicyOutline::Place>& m_places;
    qsizetype m_at = 0;
};

/// "rules[2].when.amount" → "rules[2].when" → "rules[2]" → "rules" → "".
QString pathAround(const QString& path)
{
    return path.left(std::max<qsizetype>({0, path.lastIndexOf(u'.'), path.lastIndexOf(u'[')}));
}

}  // namespace

PolicyOutline PolicyOutline::of(const QString& text)
{
    PolicyOutline outline;
    outline.m_brokenAt = OutlineReader(text, outline.m_places).read();
    for (std::size_t i = 0; i < outline.m_places.size(); ++i) {
        if (outline.m_places[i].path == QStringLiteral("rules[%1]").arg(outline.m_rules.size())) {
            outline.m_rules.push_back(i);
        }
    }
    return outline;
}

std::optional<PolicyOutline::Place> PolicyOutline::placeOf(const QString& path) const
{
    for (QString wanted = path;; wanted = pathAround(wanted)) {
        const auto found = std::ranges::find(m_places, wanted, &Place::path);
        if (found != m_places.end()) {
            return *found;
        }
        if (wanted.isEmpty()) {
            return std::nullopt;
        }
    }
}

std::optional<PolicyOutline::Place> PolicyOutline::rule(int number) const
{
    return number >= 0 && number < static_cast<int>(m_rules.size())
               ? std::optional(m_places[m_rules[static_cast<std::size_t>(number)]])
               : std::nullopt;
}

std::optional<int> PolicyOutline::ruleAt(qsizetype position) const
{
    const auto found = std::ranges::find_if(m_rules, [this, position](std::size_t at) {
        return position >= m_places[at].begin && position <= m_places[at].end;
    });
    return found == m_rules.end() ? std::nullopt : std::optional(static_cast<int>(found - m_rules.begin()));
}

}  // namespace countersign
