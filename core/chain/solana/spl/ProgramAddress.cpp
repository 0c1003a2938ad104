#include "core/chain/solana/spl/ProgramAddress.h"

#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>
#include <vector>

namespace countersign::solana {

namespace {

struct ProgramAddressText
{
    Q_DECLARE_TR_FUNCTIONS(ProgramAddressText)
};

constexpr std::string_view mark = "ProgramDerivedAddress";
constexpr int firstBump = 255;

tl::unexpected<Error> noAddress(const char* detail)
{
    return failure(ErrorCode::InvalidInput, ProgramAddressText::tr("No program address can be derived."),
                   QLatin1String(detail));
}

void appendSeed(Bytes& out, BytesView bytes)
{
    out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

Result<SolanaAddress> createProgramAddress(std::span<const BytesView> seeds, const SolanaAddress& program)
{
    if (seeds.size() > maxSeeds) {
        return noAddress("more than 16 seeds");
    }
    if (std::ranges::any_of(seeds, [](BytesView seed) { return seed.size() > maxSeedBytes; })) {
        return noAddress("a seed of more than 32 bytes");
    }
    Bytes preimage;
    for (const BytesView seed : seeds) {
        appendSeed(preimage, seed);
    }
    appendSeed(preimage, program);
    appendSeed(preimage, asBytes(mark));
    const SolanaAddress address = sha256(preimage);
    if (ed25519::isOnCurve(address)) {
        return noAddress("the address is a point of the curve");
    }
    return address;
}

Result<ProgramAddress> findProgramAddress(std::span<const BytesView> seeds, const SolanaAddress& program)
{
    std::vector<BytesView> all(seeds.begin(), seeds.end());
    std::uint8_t bump = firstBump;
    all.emplace_back(&bump, 1);
    if (all.size() > maxSeeds ||
        std::ranges::any_of(seeds, [](BytesView seed) { return seed.size() > maxSeedBytes; })) {
        return noAddress("too many seeds, or one of more than 32 bytes");
    }
    for (; bump > 0; --bump) {
        if (const auto address = createProgramAddress(all, program)) {
            return ProgramAddress{*address, bump};
        }
    }
    return noAddress("every bump gives a point of the curve");
}

}  // namespace countersign::solana
