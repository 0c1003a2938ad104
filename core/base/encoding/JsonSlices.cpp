#include "core/base/encoding/JsonSlices.h"

#include <cstddef>

namespace countersign {

namespace {

constexpr std::string_view jsonSpace = " \t\n\r";

class SliceWalk
{
public:
    explicit SliceWalk(std::string_view text) : m_text(text) {}

    template <typename Item>
    bool sequence(char open, char close, Item&& item)
    {
        skipSpace();
        if (!take(open)) {
            return false;
        }
        skipSpace();
        if (take(close)) {
            return isAtEnd();
        }
        do {
            skipSpace();
            if (!item()) {
                return false;
            }
            skipSpace();
        } while (take(','));
        return take(close) && isAtEnd();
    }

    bool member(const JsonMemberSlice& found)
    {
        const std::size_t start = m_at;
        if (!string()) {
            return false;
        }
        const std::string_view name = m_text.substr(start + 1, m_at - start - 2);
        skipSpace();
        if (!take(':')) {
            return false;
        }
        skipSpace();
        const std::string_view content = value();
        return !content.empty() && found(name, content);
    }

    bool element(const JsonElementSlice& found)
    {
        const std::string_view content = value();
        return !content.empty() && found(content);
    }

private:
    bool isAtEnd()
    {
        skipSpace();
        return m_at == m_text.size();
    }

    /// Up to the comma or bracket that ends it here; empty when there is none.
    std::string_view value()
    {
        const std::size_t start = m_at;
        std::size_t depth = 0;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"') {
                if (!string()) {
                    return {};
                }
                continue;
            }
            const bool closes = c == '}' || c == ']';
            if (depth == 0 && (c == ',' || closes)) {
                return withoutSpace(m_text.substr(start, m_at - start));
            }
            if (closes) {
                --depth;
            } else if (c == '{' || c == '[') {
                ++depth;
            }
            ++m_at;
        }
        return {};
    }

    /// From quote to quote; false when the second is missing.
    bool string()
    {
        if (!take('"')) {
            return false;
        }
        while (true) {
            const std::size_t from = m_at;
            const std::size_t quote = m_text.find('"', from);
            if (quote == std::string_view::npos) {
                m_at = m_text.size();
                return false;
            }
            std::size_t escapes = 0;
            while (escapes < quote - from && m_text[quote - escapes - 1] == '\\') {
                ++escapes;
            }
            m_at = quote + 1;
            if (escapes % 2 == 0) {
                return true;
            }
        }
    }

    static std::string_view withoutSpace(std::string_view text)
    {
        const std::size_t last = text.find_last_not_of(jsonSpace);
        return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
    }

    bool take(char c)
    {
        if (m_at >= m_text.size() || m_text[m_at] != c) {
            return false;
        }
        ++m_at;
        return true;
    }

    void skipSpace()
    {
        while (m_at < m_text.size() && jsonSpace.find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

}  // namespace

bool sliceJsonObject(std::string_view text, const JsonMemberSlice& member)
{
    SliceWalk walk(text);
    return walk.sequence('{', '}', [&] { return walk.member(member); });
}

bool sliceJsonArray(std::string_view text, const JsonElementSlice& element)
{
    SliceWalk walk(text);
    return walk.sequence('[', ']', [&] { return walk.element(element); });
}

}  // namespace countersign
