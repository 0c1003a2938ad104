#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/spl/ProgramAddress.h"
#include "core/chain/solana/spl/SplTransfer.h"
#include "core/crypto/primitives/Ed25519.h"
#include "tests/oracles/Web3.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace countersign;

// Why: one wrong bit in what counts as a point of the curve, in a derived address or in the order of a
// message's accounts, and tokens go where nobody can fetch them. @solana/web3.js derives and composes the
// same, from random material.

namespace {

constexpr int pointCount = 6000;
constexpr int addressCount = 600;
constexpr int transferCount = 300;

SolanaAddress randomAddress()
{
    SolanaAddress address;
    std::ranges::generate(address,
                          [] { return static_cast<std::uint8_t>(QRandomGenerator::global()->bounded(256)); });
    return address;
}

Bytes randomSeed()
{
    const SolanaAddress bytes = randomAddress();
    return {bytes.begin(), bytes.begin() + QRandomGenerator::global()->bounded(33)};
}

SolanaAddress randomWallet()
{
    return *ed25519::publicKey(SecretBytes::random(ed25519::seedBytes));
}

SplTransfer randomTransfer()
{
    QRandomGenerator& dice = *QRandomGenerator::global();
    SplTransfer transfer;
    transfer.wallet = randomWallet();
    transfer.recipient = randomWallet();
    transfer.mint = randomAddress();
    transfer.program = dice.bounded(2) == 0 ? SplProgram::Token : SplProgram::Token2022;
    // More than doubles can hold among them.
    transfer.amount = std::max<std::uint64_t>(1, dice.generate64() >> dice.bounded(64));
    transfer.decimals = static_cast<std::uint8_t>(dice.bounded(256));
    transfer.createsAccount = dice.bounded(2) == 0;
    return transfer;
}

}  // namespace

class SplByWeb3Test : public QObject
{
    Q_OBJECT

    testing::Web3 m_web3;

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        if (!m_web3.isInstalled()) {
            QSKIP(testing::Web3::reason());
        }
    }

    /// Random strings are on the curve as often as not; keys always, and so are sums of keys and points of
    /// small order, which libsodium's own judgement of points refuses.
    void agreesOnTheCurve()
    {
        std::vector<SolanaAddress> points;
        for (int i = 0; i < pointCount; ++i) {
            points.push_back(i % 8 == 0 ? randomWallet() : randomAddress());
        }
        points.push_back(SolanaAddress{});   // of order 4
        points.push_back(SolanaAddress{1});  // the identity
        points.push_back(SolanaAddress{2});
        Json request = {{"points", Json::array()}};
        for (const SolanaAddress& point : points) {
            request["points"].push_back(toHex(point));
        }
        const Json answer = m_web3.ask("curve", request);
        QVERIFY2(answer.is_object(), "solana.mjs failed");
        QCOMPARE(answer["onCurve"].size(), points.size());
        int onCurve = 0;
        int beyondTheGroup = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            const bool ours = ed25519::isOnCurve(points[i]);
            QVERIFY2(Json(ours) == answer["onCurve"][i], toHex(points[i]).c_str());
            onCurve += ours ? 1 : 0;
            beyondTheGroup += ours && !ed25519::isValidPublicKey(points[i]) ? 1 : 0;
        }
        QVERIFY(onCurve > pointCount / 3 && onCurve < pointCount * 4 / 5);
        // Seven of eight random points are outside the main subgroup: the stricter test would be another one.
        QVERIFY(beyondTheGroup > pointCount / 4);
    }

    void agreesOnDerivedAddresses()
    {
        Json request = {{"cases", Json::array()}};
        std::vector<std::pair<std::vector<Bytes>, SolanaAddress>> cases;
        for (int i = 0; i < addressCount; ++i) {
            std::vector<Bytes> seeds(QRandomGenerator::global()->bounded(16));
            std::ranges::generate(seeds, randomSeed);
            Json hex = Json::array();
            for (const Bytes& seed : seeds) {
                hex.push_back(toHex(seed));
            }
            cases.emplace_back(std::move(seeds), randomAddress());
            request["cases"].push_back({{"seeds", hex}, {"program", toText(cases.back().second)}});
        }
        const Json answer = m_web3.ask("derive", request);
        QVERIFY2(answer.is_object(), "solana.mjs failed");
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const std::vector<BytesView> seeds(cases[i].first.begin(), cases[i].first.end());
            const auto found = *solana::findProgramAddress(seeds, cases[i].second);
            const Json ours = {{"address", toText(found.address)}, {"bump", found.bump}};
            QVERIFY2(ours == answer["derived"][i], dumpJson(request["cases"][i]).c_str());
        }
    }

    void composesTheSameTransfers()
    {
        Json request = {{"transfers", Json::array()}};
        std::vector<SplTransfer> transfers(transferCount);
        std::ranges::generate(transfers, randomTransfer);
        for (const SplTransfer& transfer : transfers) {
            request["transfers"].push_back({{"wallet", toText(transfer.wallet)},
                                            {"recipient", toText(transfer.recipient)},
                                            {"mint", toText(transfer.mint)},
                                            {"program", toText(solana::addressOf(transfer.program))},
                                            {"amount", std::to_string(transfer.amount)},
                                            {"decimals", transfer.decimals},
                                            {"create", transfer.createsAccount}});
        }
        const Json answer = m_web3.ask("tokens", request);
        QVERIFY2(answer.is_object(), "solana.mjs failed");
        for (std::size_t i = 0; i < transfers.size(); ++i) {
            const auto message = solana::splTransferMessage(transfers[i]);
            QVERIFY2(message.has_value(), dumpJson(request["transfers"][i]).c_str());
            QVERIFY2(Json(toBase64(solana::serialize(*message))) == answer["messages"][i],
                     dumpJson(request["transfers"][i]).c_str());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SplByWeb3Test)
#include "SplByWeb3_test.moc"
