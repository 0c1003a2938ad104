#include "ui/review/content/ReviewContent.h"

#include "core/signing/explanation/JobExplainer.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"
#include "ui/review/content/TransactionReview.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class ReviewContentTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ProfileFixture> m_profile;
    std::unique_ptr<JobFixture> m_jobs;
    JobExplainer m_explainer;
    const std::string m_to = "0x00000000000000000000000000000000000000cc";

    ReviewContent reviewed(const Job& job)
    {
        return reviewContentOf(m_explainer.explain(m_profile->database(), job));
    }

    ReviewContent reviewed(const JobFixture::Shape& shape)
    {
        return reviewed(m_jobs->job(m_jobs->add(shape)));
    }

    static const ContentField* field(const ReviewContent& review, const char* name)
    {
        for (const ContentField& one : review.fields) {
            if (one.name == QLatin1String(name)) {
                return &one;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        m_profile = std::make_unique<ProfileFixture>(ProfileFixture::Shape{.wallets = 6, .healthy = true});
        m_jobs = std::make_unique<JobFixture>(*m_profile);
    }

    void textIsShownAsItIs()
    {
        const ReviewContent review = reviewed({.payload = R"({"text":"pay\u202e gpj"})"});
        QVERIFY(!review.unreadable);
        QVERIFY(review.text.contains(QStringLiteral("\\u{202E}")));
        QVERIFY(review.warning.contains(QStringLiteral("cannot be seen")));
        QVERIFY(review.obstacle.isEmpty());
        QCOMPARE(review.hashes.size(), 3);
        const ReviewContent control = reviewed({.payload = R"({"text":"pay\u0007"})"});
        QVERIFY(control.unreadable);
        QVERIFY(control.text.contains(QStringLiteral("\\u{7}")));
    }

    void bytesAreNoText()
    {
        const ReviewContent hash = reviewed({.payload = R"({"hex":"0x)" + std::string(64, 'f') + R"("})"});
        QVERIFY(hash.unreadable && hash.intent.isEmpty());
        QVERIFY(hash.warning.contains(QStringLiteral("hash")));
        const ReviewContent bytes = reviewed({.payload = R"({"hex":"0xfffe00"})"});
        QVERIFY(bytes.unreadable);
        QVERIFY(bytes.text.contains(QStringLiteral("ff fe 00")));
    }

    void plainTransfersHaveAnIntent()
    {
        const ReviewContent review = reviewed(
            {.kind = "evm.transaction",
             .payload = R"({"transaction":{"chainId":"1","to":")" + m_to +
                        R"(","value":"500000000000000000","gasLimit":"21000"}})",
             .resolved = {
                 {"nonce", "7"}, {"maxFeePerGas", "2000000000"}, {"maxPriorityFeePerGas", "1000000000"}}});
        QVERIFY(!review.unreadable);
        QVERIFY(review.intent.contains(QStringLiteral("Send 0.5 ETH to 0x")));
        QVERIFY(field(review, "Nonce")->resolved);
        QCOMPARE(field(review, "Nonce")->value, QStringLiteral("7"));
        QVERIFY(!field(review, "Gas limit")->resolved);
        // 21000 gas at 2 gwei.
        QVERIFY(field(review, "Fees at most")->value.startsWith(QStringLiteral("0.000042 ")));
        QVERIFY(review.obstacle.isEmpty());
    }

    void dataIsNeverCalledASend()
    {
        for (const std::string data : {"0x00", "0xa9059cbb", "0x095ea7b3"}) {
            const ReviewContent review =
                reviewed({.kind = "evm.transaction",
                          .payload = R"({"transaction":{"chainId":"1","to":")" + m_to +
                                     R"(","value":"1","data":")" + data + R"("}})",
                          .prepared = false});
            QVERIFY(review.unreadable);
            QVERIFY(review.intent.isEmpty());
        }
        const ReviewContent creation =
            reviewed({.kind = "evm.transaction",
                      .payload = R"({"transaction":{"chainId":"1","data":"0x6000"}})",
                      .prepared = false});
        QVERIFY(creation.unreadable && creation.intent.isEmpty());
        QVERIFY(creation.warning.contains(QStringLiteral("contract")));
    }

    void openValuesAreSaidToBeOpen()
    {
        const ReviewContent review =
            reviewed({.kind = "evm.transaction",
                      .payload = R"({"transaction":{"chainId":"1","to":")" + m_to + R"(","value":"1"}})",
                      .prepared = false});
        QVERIFY(field(review, "Nonce")->value.contains(QStringLiteral("open")));
        QCOMPARE(review.hashes.size(), 1);  // the job's id; no digest is made up
    }

    void typedDataIsATree()
    {
        const ReviewContent review = reviewed(
            {.kind = "evm.typedData", .payload = std::string(R"({"typedData":)") + permitJson + "}"});
        QVERIFY(!review.unreadable);
        QVERIFY(review.meaning && review.hasCritical);  // its owner is not this wallet
        QCOMPARE(review.tree.size(), 5);
        QCOMPARE(review.tree.at(1).name, QStringLiteral("spender"));
        QCOMPARE(review.tree.at(1).type, QStringLiteral("address"));
        QVERIFY(review.tree.at(2).value.startsWith(QStringLiteral("1157920892373161954235709850086879")));
        QCOMPARE(field(review, "Application")->value, QStringLiteral("Example Dollar"));
        QCOMPARE(field(review, "Chain id")->value, QStringLiteral("1"));
        QCOMPARE(review.hashes.size(), 5);
        QVERIFY(review.obstacle.isEmpty());
    }

    void solanaIsReadWithItsProgram()
    {
        const ReviewContent review =
            reviewed({.kind = "solana.transaction",
                      .resolved = {{"recentBlockhash", "9sHcv6xwn9YkB8nxTUGKDwPwNnmqVp5oAXxU8Fdkm4J6"}}});
        QVERIFY(!review.unreadable && !review.intent.isEmpty());
        QVERIFY(field(review, "Blockhash")->resolved);
        QCOMPARE(field(review, "1 calls")->value, QString(32, u'1'));
        QVERIFY(review.obstacle.isEmpty());
    }

    void version1TellsItsConfiguration()
    {
        const auto reviewOf = [](const SolanaMessage& message) {
            ReviewContent review;
            reviewSolanaTransaction(review, *solana::parseTransactionOrMessage(solana::serialize(message)),
                                    {});
            return review;
        };
        const ReviewContent review = reviewOf(test::v1Message());
        QCOMPARE(field(review, "Version")->value, QStringLiteral("1"));
        QCOMPARE(field(review, "Priority fee (lamports)")->value, QStringLiteral("578437695752307201"));
        QCOMPARE(field(review, "Compute unit limit")->value, QStringLiteral("200000"));
        QCOMPARE(field(review, "Limit of loaded data (bytes)")->value, QStringLiteral("65536"));
        QCOMPARE(field(review, "Heap (bytes)")->value, QStringLiteral("32768"));
        QVERIFY(!field(reviewOf(test::plainMessage()), "Heap (bytes)"));
    }

    void anotherDigestIsAnObstacle()
    {
        Job job = m_jobs->job(m_jobs->add({}));
        QVERIFY(reviewed(job).obstacle.isEmpty());
        Job digest = job;
        digest.digest[0] ^= 1;
        QVERIFY(!reviewed(digest).obstacle.isEmpty());
        Job bytes = job;
        bytes.prepared.push_back(0);
        QVERIFY(!reviewed(bytes).obstacle.isEmpty());
    }

    void brokenDocumentsAreUnreadable()
    {
        Job job = m_jobs->job(m_jobs->add({}));
        job.document = toBytes(asBytes("{\"wallet\":\"<b>x</b>\""));
        const ReviewContent review = reviewed(job);
        QVERIFY(review.unreadable && !review.obstacle.isEmpty());
        QVERIFY(review.raw.contains(QStringLiteral("<b>x</b>")));
    }
};

COUNTERSIGN_GUI_TEST(ReviewContentTest)
#include "ReviewContent_test.moc"
