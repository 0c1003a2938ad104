#include "ui/review/content/SignedBytes.h"

#include "core/crypto/primitives/Keccak.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class SignedBytesTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ProfileFixture> m_profile;
    std::unique_ptr<JobFixture> m_jobs;

    SignedBytes bytesOf(const JobFixture::Shape& shape)
    {
        return signedBytesOf(*VerifiedJob::of(m_jobs->job(m_jobs->add(shape))));
    }

    static std::string paths(const SignedBytes& shown)
    {
        std::string all;
        for (const ByteSpan& span : shown.spans) {
            all += span.path + ' ';
        }
        return all;
    }

    static bool isCovered(const SignedBytes& shown)
    {
        std::size_t end = 0;
        for (const ByteSpan& span : shown.spans) {
            if (span.offset != end) {
                return false;
            }
            end += span.length;
        }
        return end == shown.bytes.size();
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        m_profile = std::make_unique<ProfileFixture>(ProfileFixture::Shape{.wallets = 6, .healthy = true});
        m_jobs = std::make_unique<JobFixture>(*m_profile);
    }

    void messagesHaveAPrefix()
    {
        const SignedBytes shown = bytesOf({.payload = R"({"text":"hello"})"});
        QCOMPARE(paths(shown), std::string("prefix message "));
        QCOMPARE(asText(BytesView(shown.bytes).last(5)), std::string_view("hello"));
        QVERIFY(isCovered(shown));
    }

    /// What is hashed is the digest that is approved.
    void typedDataAre66Bytes()
    {
        const JobFixture::Shape shape{.kind = "evm.typedData",
                                      .payload = std::string(R"({"typedData":)") + permitJson + "}"};
        const Job job = m_jobs->job(m_jobs->add(shape));
        const SignedBytes shown = signedBytesOf(*VerifiedJob::of(job));
        QCOMPARE(shown.bytes.size(), 66U);
        QCOMPARE(paths(shown), std::string("prefix domain message "));
        const auto digest = keccak256(shown.bytes);
        QCOMPARE(toBytes(digest), job.digest);
        QVERIFY(isCovered(shown));
    }

    void transactionsHaveTheirFields()
    {
        const SignedBytes evm = bytesOf(
            {.kind = "evm.transaction",
             .payload =
                 R"({"transaction":{"chainId":"1","to":"0x00000000000000000000000000000000000000cc","value":"5"}})",
             .resolved = {{"nonce", "7"},
                          {"gasLimit", "21000"},
                          {"maxFeePerGas", "2000000000"},
                          {"maxPriorityFeePerGas", "1000000000"}}});
        QVERIFY(isCovered(evm));
        QVERIFY(paths(evm).find("maxFeePerGas") != std::string::npos);
        const SignedBytes solana =
            bytesOf({.kind = "solana.transaction",
                     .resolved = {{"recentBlockhash", "9sHcv6xwn9YkB8nxTUGKDwPwNnmqVp5oAXxU8Fdkm4J6"}}});
        QVERIFY(isCovered(solana));
        QCOMPARE(solana.bytes.front(), 1);  // how many sign: no signature stands before it
        QCOMPARE(solana.bytes[1], 0);
        QVERIFY(paths(solana).find("instructions.0.programIdIndex") != std::string::npos);
    }

    void whatIsOpenHasNoBytes()
    {
        const SignedBytes open = bytesOf(
            {.kind = "evm.transaction",
             .payload =
                 R"({"transaction":{"chainId":"1","to":"0x00000000000000000000000000000000000000cc","value":"1"}})",
             .prepared = false});
        QVERIFY(open.bytes.empty() && open.spans.empty());
    }
};

COUNTERSIGN_GUI_TEST(SignedBytesTest)
#include "SignedBytes_test.moc"
