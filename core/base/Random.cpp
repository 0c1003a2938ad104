#include "core/base/Random.h"

#include "core/base/SecretBytes.h"
#include "core/base/encoding/Hex.h"

#include <sodium.h>

namespace countersign {

Bytes randomBytes(std::size_t size)
{
    initialiseSodium();
    Bytes bytes(size);
    if (size > 0) {
        randombytes_buf(bytes.data(), size);
    }
    return bytes;
}

std::string randomUuid()
{
    return uuidOf(randomBytes(16));
}

std::string uuidOf(BytesView source)
{
    Bytes bytes = toBytes(source.first(16));
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
    std::string text = toHex(bytes);
    for (const std::size_t dash : {20U, 16U, 12U, 8U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

}  // namespace countersign
