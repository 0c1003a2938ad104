#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// Byte buffers that are not secret, and views of them. One spelling is shared by programs with Qt (console)
// and without an event loop (relay), and the views between them are cheap, so that nothing is copied or
// re-encoded on its way.

namespace countersign {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

/// The bytes of a text or of any contiguous char container (std::string, QByteArray); nothing is copied.
inline BytesView asBytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The same bytes seen as characters; valid as long as the bytes are.
inline std::string_view asText(BytesView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes toBytes(BytesView view)
{
    return {view.begin(), view.end()};
}

}  // namespace countersign
