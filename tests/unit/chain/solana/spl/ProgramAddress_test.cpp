#include "core/chain/solana/spl/ProgramAddress.h"

#include "core/crypto/primitives/Ed25519.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

#include <array>

using namespace countersign;
using test::addressNumber;

namespace {

SolanaAddress parsed(const char* text)
{
    return *parseSolanaAddress(text);
}

Result<SolanaAddress> create(std::initializer_list<BytesView> seeds, const SolanaAddress& program)
{
    const std::vector<BytesView> list(seeds);
    return solana::createProgramAddress(list, program);
}

}  // namespace

/// The oracle test compares thousands with @solana/web3.js; here are the examples of Solana's own tests
/// (solana-address, test_create_program_address) and the limits.
class ProgramAddressTest : public QObject
{
    Q_OBJECT

    const SolanaAddress m_program = parsed("BPFLoaderUpgradeab1e11111111111111111111111");
    const SolanaAddress m_publicKey = parsed("SeedPubey1111111111111111111111111111111111");

private Q_SLOTS:
    void derivesSolanasExamples()
    {
        const Bytes one = {1};
        QCOMPARE(toText(*create({BytesView(), one}, m_program)),
                 std::string("BwqrghZA2htAcqq8dzP1WDAhTXYTYWj7CHxF5j7TDBAe"));
        QCOMPARE(toText(*create({asBytes("\xe2\x98\x89"), Bytes{0}}, m_program)),
                 std::string("13yWmRpaTR4r5nAktwLqMpRNr28tnVUZw26rTvPSSB19"));
        QCOMPARE(toText(*create({asBytes("Talking"), asBytes("Squirrels")}, m_program)),
                 std::string("2fnQrngrQT4SeLcdToJAD96phoEjNL2man2kfRLCASVk"));
        QCOMPARE(toText(*create({m_publicKey, one}, m_program)),
                 std::string("976ymqVnfE32QFe6NfGDctSvVa36LWnvYxhU6G2232YL"));
    }

    void keepsTheLimits()
    {
        const Bytes longest(solana::maxSeedBytes, 3);
        const Bytes tooLong(solana::maxSeedBytes + 1, 3);
        const std::vector<BytesView> fifteen(15, longest);
        const std::vector<BytesView> sixteen(16, BytesView(longest));
        const std::vector<BytesView> seventeen(17, BytesView(longest));
        QVERIFY(solana::findProgramAddress(fifteen, m_program).has_value());
        QCOMPARE(solana::findProgramAddress(sixteen, m_program).error().code, ErrorCode::InvalidInput);
        QCOMPARE(solana::createProgramAddress(seventeen, m_program).error().code, ErrorCode::InvalidInput);
        QVERIFY(!create({tooLong}, m_program));
        const std::array<BytesView, 1> one = {tooLong};
        QVERIFY(!solana::findProgramAddress(one, m_program));
    }

    /// The bump is the highest that leaves the curve: all above it are on the curve.
    void findsTheCanonicalBump()
    {
        int below = 0;
        for (std::uint8_t number = 0; number < 200; ++number) {
            const SolanaAddress seed = addressNumber(number);
            const std::array<BytesView, 1> seeds = {seed};
            const auto found = *solana::findProgramAddress(seeds, m_program);
            QVERIFY(!ed25519::isOnCurve(found.address));
            const Bytes bump = {found.bump};
            QVERIFY(*create({seed, bump}, m_program) == found.address);
            for (int higher = found.bump + 1; higher <= 255; ++higher) {
                const Bytes other = {static_cast<std::uint8_t>(higher)};
                QVERIFY(!create({seed, other}, m_program));
            }
            below += found.bump < 255 ? 1 : 0;
        }
        QVERIFY(below > 50);
    }
};

COUNTERSIGN_APPLESS_TEST(ProgramAddressTest)
#include "ProgramAddress_test.moc"
