#include "core/audit/AuditChain.h"

#include <sodium.h>

namespace countersign {

namespace {

void addNumber(crypto_generichash_state& state, std::int64_t number)
{
    std::array<std::uint8_t, 8> bytes{};
    auto rest = static_cast<std::uint64_t>(number);
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(rest & 0xffU);
        rest >>= 8U;
    }
    crypto_generichash_update(&state, bytes.data(), bytes.size());
}

void addText(crypto_generichash_state& state, std::string_view text)
{
    addNumber(state, static_cast<std::int64_t>(text.size()));
    const BytesView bytes = asBytes(text);
    crypto_generichash_update(&state, bytes.data(), bytes.size());
}

}  // namespace

AuditHash AuditChain::next(const AuditHash& previous, const AuditFields& entry) const
{
    AuditHash hash{};
    crypto_generichash_state state{};
    crypto_generichash_init(&state, m_key->data(), m_key->size(), hash.size());
    crypto_generichash_update(&state, previous.data(), previous.size());
    addNumber(state, entry.seq);
    addNumber(state, entry.at);
    addText(state, entry.kind);
    addText(state, entry.subject);
    addText(state, entry.detail);
    crypto_generichash_final(&state, hash.data(), hash.size());
    wipeMemory(&state, sizeof state);
    return hash;
}

}  // namespace countersign
