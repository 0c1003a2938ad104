#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace countersign {

/// What some bytes of a wire format are: for showing which bytes a field is made of, and the reverse.
struct ByteSpan
{
    std::size_t offset = 0;
    std::size_t length = 0;  ///< never 0
    std::string label;       ///< the field's own name in its standard: "maxFeePerGas"; untranslated
    std::string path;        ///< where it is: "accessList.0.address"
    bool isLength = false;   ///< no value: how long what has this path is

    bool operator==(const ByteSpan&) const = default;
};

/// Spans that lie one behind the other. Bytes that are not there (empty lists) have no span.
class ByteSpanWriter
{
public:
    void add(std::size_t length, std::string label, std::string path)
    {
        if (length > 0) {
            m_spans.push_back({m_end, length, std::move(label), std::move(path)});
            m_end += length;
        }
    }
    /// Bytes that count what has this path.
    void addLength(std::size_t length, std::string path)
    {
        add(length, "length", std::move(path));
        if (length > 0) {
            m_spans.back().isLength = true;
        }
    }
    std::size_t end() const { return m_end; }
    std::vector<ByteSpan> take() { return std::move(m_spans); }

private:
    std::vector<ByteSpan> m_spans;
    std::size_t m_end = 0;
};

}  // namespace countersign
