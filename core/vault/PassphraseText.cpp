#include "core/vault/PassphraseText.h"

#include <utf8proc.h>

#include <algorithm>

namespace countersign {

namespace {

constexpr int normalizationForm = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_REJECTNA;
constexpr std::size_t maxUtf8Bytes = 4;

}  // namespace

SecretBytes normalisedPassphrase(const SecretBytes& raw)
{
    SecretBytes marked = raw.clone();
    dropByteOrderMark(marked);
    const BytesView text = marked.view();
    constexpr std::uint8_t firstOther = 0x80;
    if (std::all_of(text.begin(), text.end(), [](std::uint8_t byte) { return byte < firstOther; })) {
        return marked.isEmpty() ? raw.clone() : std::move(marked);
    }
    const auto options = static_cast<utf8proc_option_t>(normalizationForm);
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    const utf8proc_ssize_t decomposed = utf8proc_decompose(text.data(), size, nullptr, 0, options);
    if (decomposed <= 0) {
        return raw.clone();
    }
    // A size that is a multiple of four is aligned for them.
    SecretBytes codepoints(static_cast<std::size_t>(decomposed) * sizeof(utf8proc_int32_t));
    auto* buffer = reinterpret_cast<utf8proc_int32_t*>(codepoints.data());
    utf8proc_ssize_t count = utf8proc_decompose(text.data(), size, buffer, decomposed, options);
    if (count == decomposed) {
        count = utf8proc_normalize_utf32(buffer, count, options);
    }
    if (count <= 0 || count > decomposed) {
        return raw.clone();
    }
    SecretBytes normalised(static_cast<std::size_t>(count) * maxUtf8Bytes);
    std::size_t used = 0;
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
        used += static_cast<std::size_t>(utf8proc_encode_char(buffer[i], normalised.data() + used));
    }
    normalised.truncate(used);
    return normalised;
}

}  // namespace countersign
