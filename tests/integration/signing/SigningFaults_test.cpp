#include "core/base/encoding/Hex.h"
#include "tests/integration/signing/EndToEndDesk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// What goes wrong at Dynamic, in its enclave and at the nodes of the chains, and what is left of it.
class SigningFaultsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startWithMoney(m_desk); }

    void nodesThatAreWrongOrAway()
    {
        // A node of another chain than its setting says.
        const auto before = m_desk.ledger().size();
        QVERIFY(m_desk.set(u"rpc.evm.5"_s, m_desk.evm().url()));
        Json payload = etherTransfer("1");
        payload["transaction"]["chainId"] = 5;
        const std::string wrong =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.transaction", payload, true));
        verifyRefused(m_desk, wrong, 3, "pending");
        payload["transaction"]["chainId"] = 6;
        const std::string none =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.transaction", payload, true));
        verifyRefused(m_desk, none, 3, "pending");
        QCOMPARE(m_desk.ledger().size(), before);

        // Away when the signed transaction is sent: it is kept, and the same bytes go out later.
        const QString key = u"rpc.evm.%1"_s.arg(SigningDesk::chainId);
        Json complete = etherTransfer("77");
        complete["transaction"].update({{"nonce", m_desk.evm().transactionCount(m_desk.evmWallet().address)},
                                        {"gasLimit", 21000},
                                        {"maxFeePerGas", "5000000000"},
                                        {"maxPriorityFeePerGas", "1000000000"}});
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.transaction", complete, true));
        QVERIFY(m_desk.set(key, u"http://127.0.0.1:9"_s));
        const auto sign = m_desk.approve(jobId);
        QVERIFY2(sign.exitCode == 0, sign.errors.constData());
        const Json kept = sign.json();
        QCOMPARE(textOf(kept, "state"), std::string("signed"));
        QVERIFY(m_desk.evm().transaction(textOf(kept, "hash")).is_null());
        QCOMPARE(m_desk.ledger().size(), before + 1);
        QVERIFY(m_desk.set(key, m_desk.evm().url()));
        QVERIFY(m_desk.evm().mineEvery(300));
        const auto resumed = m_desk.approve(jobId, {u"--wait"_s});
        QVERIFY(m_desk.evm().mineEvery(0));
        QVERIFY2(resumed.exitCode == 0, resumed.errors.constData());
        QCOMPARE(textOf(resumed.json(), "state"), std::string("confirmed"));
        QCOMPARE(textOf(resumed.json(), "signedTransaction"), textOf(kept, "signedTransaction"));
        QVERIFY(m_desk.evm().transaction(textOf(kept, "hash")).is_object());
        QCOMPARE(m_desk.ledger().size(), before + 1);
    }

    void faultsBeforeASignature_data()
    {
        QTest::addColumn<QByteArray>("where");
        for (const char* fault :
             {"no-attestation", "empty-connection-id", "wrong-pcr", "zero-pcrs", "wrong-nonce",
              "wrong-user-data", "old-document", "wrong-root", "expired-chain", "bad-signature",
              "wrong-ciphertext", "short-ciphertext", "wrong-signature", "no-signature", "drop-while-signing",
              "error", "error-frame", "not-json", "close-1001"}) {
            QTest::newRow(fault) << QByteArray("enclave");
        }
        for (const char* fault : {"error-event", "error-after-room", "end-without-event", "half-event",
                                  "drop", "http-500", "http-429"}) {
            QTest::newRow(fault) << QByteArray("signMessage");
        }
    }

    void faultsBeforeASignature()
    {
        QFETCH(QByteArray, where);
        const auto before = m_desk.ledger().size();
        QVERIFY(m_desk.set(u"enclave.timeout"_s, u"5"_s));
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("faulty")));
        // "Not kept": whatever is left of a fault that struck nobody is cleared afterwards.
        QVERIFY(m_desk.plan({{where.toStdString(), QTest::currentDataTag()}}));
        const auto refused = m_desk.approve(jobId);
        QVERIFY(m_desk.plan({{"enclave", nullptr}, {"signMessage", nullptr}}));
        QVERIFY2(refused.exitCode == 1, (refused.errors + refused.output).constData());
        QVERIFY2(!refused.errors.isEmpty(), "no sentence");
        // The job is printed, signed or not (design.md §7).
        const auto printed = parseJson(refused.output.toStdString());
        QVERIFY2(printed && textOf(*printed, "id") == jobId, refused.output.constData());
        qInfo("%s", refused.errors.constData());
        const Json job = m_desk.job(jobId);
        QVERIFY2(textOf(job, "state") == "failed" || textOf(job, "state") == "pending",
                 dumpJson(job).c_str());
        QVERIFY(!job.contains("signature"));
        QCOMPARE(m_desk.ledger().size(), before);
        // And it can be signed once the fault is over.
        const auto again = m_desk.approve(jobId, {u"--again"_s});
        QVERIFY2(again.exitCode == 0, again.errors.constData());
        QCOMPARE(m_desk.ledger().size(), before + 1);
    }

    void faultsThatAreNone_data()
    {
        QTest::addColumn<QByteArray>("where");
        QTest::newRow("high-s") << QByteArray("enclave");
        QTest::newRow("crlf") << QByteArray("signMessage");
        QTest::newRow("split-utf8") << QByteArray("signMessage");
        QTest::newRow("plain-json") << QByteArray("signMessage");
    }

    void faultsThatAreNone()
    {
        QFETCH(QByteArray, where);
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("fine")));
        QVERIFY(m_desk.plan({{where.toStdString(), QTest::currentDataTag()}}));
        const auto approved = m_desk.approve(jobId);
        QVERIFY(m_desk.plan({{"enclave", nullptr}, {"signMessage", nullptr}}));
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        const auto signature = fromHex(textOf(approved.json(), "signature"));
        QVERIFY(signature && signature->size() == 65);
        // s is at most half of the group's order, which begins with 7fff….
        QVERIFY((*signature)[32] < 0x80);
        QVERIFY(judged({{"kind", "evm.message"},
                        {"address", m_desk.evmWallet().address},
                        {"text", "fine"},
                        {"signature", textOf(approved.json(), "signature")}})
                    .value("valid", false));
    }

    void aLostAnswerIsNotSignedAgainSilently()
    {
        const auto before = m_desk.ledger().size();
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("lost")));
        QVERIFY(m_desk.plan({{"enclave", "drop-after-signing"}}));
        QCOMPARE(m_desk.approve(jobId).exitCode, 1);
        QCOMPARE(m_desk.ledger().size(), before + 1);
        QCOMPARE(m_desk.approve(jobId).exitCode, 3);
        QCOMPARE(m_desk.ledger().size(), before + 1);
        QCOMPARE(m_desk.approve(jobId, {u"--again"_s}).exitCode, 0);
        QCOMPARE(m_desk.ledger().size(), before + 2);
    }

    void dynamicsLibraryCannotUseTheSandboxesShares()
    {
        const auto before = m_desk.ledger().size();
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("sdk")));
        const auto refused = m_desk.approve(jobId, {u"--engine"_s, u"sdk"_s});
        QVERIFY2(refused.exitCode == 1, refused.errors.constData());
        // Where the library is not installed that is said instead, with the same advice.
        QVERIFY2(refused.errors.contains("enclave engine"), refused.errors.constData());
        QCOMPARE(m_desk.ledger().size(), before);
    }

    void theRecordIsIntact()
    {
        const auto verified = m_desk.run({u"audit"_s, u"verify"_s});
        QVERIFY2(verified.exitCode == 0, verified.errors.constData());
    }

private:
    SigningDesk m_desk;
};

COUNTERSIGN_GUILESS_TEST(SigningFaultsTest)
#include "SigningFaults_test.moc"
