#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Random layouts of PEM text: what people and tools do to it without damaging it, at random, so that no
// layout is forgotten because nobody thought of it together with another.

namespace countersign::pem {

/// A generator of layouts: one source, whose seed a failing test can name.
class Layouts
{
public:
    explicit Layouts(std::uint32_t seed) : m_random(seed) {}

    /// The same blocks, laid out otherwise. pem: as OpenSSL writes it.
    std::string another(const std::string& pem)
    {
        const std::string end = pick(ends);
        const std::size_t width = chance(2) ? 64 : number(1, 300);
        std::string text;
        for (const std::string& line : rewrapped(pem, width)) {
            text += (isReal(end) ? pick(indents) : std::string()) + line + end;
            // Blank lines, above all before END.
            text += chance(8) ? end : std::string();
        }
        return around(text);
    }

private:
    static inline const std::vector<std::string> ends = {
        "\n", "\r\n", "\r", "\\n",  "\\r\\n", "\\\\n",    "\\\\\\\\n",   "\\\\r\\\\n",
        " ",  "  ",   "\t", "\n\n", "\\n\n",  "\xc2\xa0", "\xe2\x80\xa8"};
    static inline const std::vector<std::string> indents = {"",   " ",         "    ",
                                                            "\t", "\xc2\xa0 ", "\xe2\x80\x8b"};
    static inline const std::vector<std::pair<std::string, std::string>> surroundings = {
        {"", ""},
        {"\"", "\""},
        {"'", "'\n"},
        {"KEY=\"", "\"\n"},
        {"export KEY='", "'\n"},
        {"KEY=", ""},
        {"\xef\xbb\xbf", ""},
        {"  \n", "\r\n "},
        {"# my key\n", "\n"},
        {"{\"key\": \"", "\"}"},
        {"key: |\n  ", "\n"}};

    std::size_t number(std::size_t least, std::size_t most)
    {
        return std::uniform_int_distribution<std::size_t>(least, most)(m_random);
    }
    bool chance(std::size_t of) { return number(1, of) == 1; }
    std::string pick(const std::vector<std::string>& list) { return list[number(0, list.size() - 1)]; }
    static bool isReal(const std::string& end) { return end.find('\\') == std::string::npos; }

    std::string around(const std::string& text)
    {
        const auto& [before, behind] = surroundings[number(0, surroundings.size() - 1)];
        return before + text + behind;
    }

    static std::vector<std::string> linesOf(const std::string& pem)
    {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < pem.size();) {
            const std::size_t end = std::min(pem.find('\n', at), pem.size());
            lines.push_back(pem.substr(at, end - at));
            at = end + 1;
        }
        return lines;
    }

    /// The bodies in lines of another length; marks and headers stay lines of their own.
    static std::vector<std::string> rewrapped(const std::string& pem, std::size_t width)
    {
        std::vector<std::string> lines;
        std::string body;
        const auto flush = [&] {
            for (std::size_t at = 0; at < body.size(); at += width) {
                lines.push_back(body.substr(at, width));
            }
            body.clear();
        };
        for (const std::string& line : linesOf(pem)) {
            const bool isBody = line.find(':') == std::string::npos && !line.starts_with("-----");
            if (isBody) {
                body += line;
                continue;
            }
            flush();
            lines.push_back(line);
        }
        flush();
        return lines;
    }

    std::mt19937 m_random;
};

}  // namespace countersign::pem
