#include "core/crypto/primitives/Ed25519.h"
#include "tests/integration/signing/EndToEndDesk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* solanaRecipient = "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T";
constexpr std::uint64_t solanaFee = 5'000;

}  // namespace

/// The way of design.md §5 over real processes: back end, relay, desk, sandbox, chains.
class SigningEndToEndTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startWithMoney(m_desk); }

    void aBackEndsEvmTransactionIsMined()
    {
        const Uint256 before = m_desk.evm().balance(etherRecipient);
        const std::string jobId = m_desk.post(
            SigningDesk::document(m_desk.evmWallet(), "evm.transaction", etherTransfer("12345"), true));
        QVERIFY2(!jobId.empty(), qPrintable(m_desk.why()));
        const Json waiting = m_desk.run({u"jobs"_s, u"list"_s, u"--state"_s, u"pending"_s}).json();
        QCOMPARE(waiting.size(), 1U);
        QCOMPARE(textOf(waiting.at(0), "id"), jobId);
        QCOMPARE(textOf(waiting.at(0), "submitter"), std::string("payroll"));
        QCOMPARE(textOf(m_desk.seenByBackEnd(jobId), "state"), std::string("pending"));

        QVERIFY(m_desk.evm().mineEvery(300));
        const auto approved = m_desk.approve(jobId, {u"--wait"_s});
        QVERIFY(m_desk.evm().mineEvery(0));
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        QVERIFY2(approved.errors.contains("3 of 3 confirmations"), approved.errors.constData());
        const Json job = approved.json();
        QCOMPARE(textOf(job, "state"), std::string("confirmed"));
        QCOMPARE(textOf(job, "engine"), std::string("enclave"));
        const Json mined = m_desk.evm().transaction(textOf(job, "hash"));
        QVERIFY2(mined.is_object(), dumpJson(job).c_str());
        QVERIFY(mined.at("value") == Json("0x3039"));
        QCOMPARE(m_desk.evm().balance(etherRecipient) - before, Uint256(12345));
        QCOMPARE(m_desk.evm().transactionCount(m_desk.evmWallet().address), 1U);
        const Json verdict = judged({{"kind", "evm.transaction"},
                                     {"address", m_desk.evmWallet().address},
                                     {"signedTransaction", textOf(job, "signedTransaction")}});
        QVERIFY2(verdict.value("valid", false), dumpJson(verdict).c_str());
        QCOMPARE(textOf(verdict, "hash"), textOf(job, "hash"));
        QCOMPARE(textOf(verdict, "type"), std::string("eip1559"));
        verifyToldToBackEnd(jobId, job, "confirmed");
    }

    void aBackEndsSolanaTransactionIsExecuted_data()
    {
        QTest::addColumn<bool>("isVersion1");
        QTest::newRow("legacy") << false;
        QTest::newRow("version 1") << true;
    }

    void aBackEndsSolanaTransactionIsExecuted()
    {
        constexpr std::uint64_t priorityFee = 77;
        QFETCH(const bool, isVersion1);
        const std::string wallet = m_desk.solanaWallet().address;
        const auto before = m_desk.solana().balance(wallet);
        const auto received = m_desk.solana().balance(solanaRecipient);
        auto executed = m_desk.solana().executed();
        const std::string transaction =
            isVersion1 ? SigningDesk::solanaTransferV1(wallet, solanaRecipient, 2'000'000, priorityFee)
                       : SigningDesk::solanaTransfer(wallet, solanaRecipient, 2'000'000);
        const std::string jobId = m_desk.post(SigningDesk::document(
            m_desk.solanaWallet(), "solana.transaction", {{"transaction", transaction}}, true));
        QVERIFY2(!jobId.empty(), qPrintable(m_desk.why()));
        const auto approved = m_desk.approve(jobId, {u"--wait"_s});
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        QVERIFY2(approved.errors.contains("The cluster confirmed"), approved.errors.constData());
        const Json job = approved.json();
        QCOMPARE(textOf(job, "state"), std::string("confirmed"));
        QCOMPARE(textOf(job.at("filled"), "recentBlockhash"), m_desk.solana().blockhash());
        QCOMPARE(m_desk.solana().balance(solanaRecipient), received + 2'000'000U);
        QCOMPARE(m_desk.solana().balance(wallet),
                 before - 2'000'000U - solanaFee - (isVersion1 ? priorityFee : 0));
        executed.push_back(textOf(job, "hash"));
        QVERIFY(m_desk.solana().executed() == executed);
        QCOMPARE(textOf(job, "signature"), textOf(job, "hash"));
        verifyToldToBackEnd(jobId, job, "confirmed");
    }

    void messagesVerifyElsewhere_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("payload");
        QTest::newRow("evm text") << QByteArray("evm.message")
                                  << QByteArray(R"({"text":"Grüße, 0x Welt\n"})");
        QTest::newRow("evm text like hex") << QByteArray("evm.message") << QByteArray(R"({"text":"0x1234"})");
        QTest::newRow("evm bytes") << QByteArray("evm.message") << QByteArray(R"({"hex":"0x00ff80c0"})");
        QTest::newRow("solana text") << QByteArray("solana.message") << QByteArray(R"({"text":"Grüße"})");
        QTest::newRow("solana bytes")
            << QByteArray("solana.message") << QByteArray(R"({"hex":"0x00ff80c0"})");
        QTest::newRow("typed data") << QByteArray("evm.typedData") << QByteArray(R"({"typedData":{
            "types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"chainId","type":"uint256"}],
                     "Order":[{"name":"id","type":"uint64"},{"name":"items","type":"Item[]"}],
                     "Item":[{"name":"what","type":"string"},{"name":"hash","type":"bytes32"}]},
            "primaryType":"Order","domain":{"name":"Shop","chainId":1},
            "message":{"id":"7","items":[{"what":"tea",
                "hash":"0x1111111111111111111111111111111111111111111111111111111111111111"}]}}})");
    }

    void messagesVerifyElsewhere()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, payload);
        const bool onEvm = kind.startsWith("evm");
        const auto& wallet = onEvm ? m_desk.evmWallet() : m_desk.solanaWallet();
        const Json content = parseJson(payload.toStdString()).value();
        const QString file = m_desk.desk().path(u"job.json"_s);
        writePrivateFile(file, QByteArray::fromStdString(
                                   dumpJson(SigningDesk::document(wallet, kind.constData(), content))));
        const auto submitted = m_desk.run({u"jobs"_s, u"submit"_s, file});
        QVERIFY2(submitted.exitCode == 0, submitted.errors.constData());
        const std::string jobId = textOf(submitted.json(), "id");
        QVERIFY(submitted.json().at("digest").is_string());
        // The same file again is the same job.
        QCOMPARE(textOf(m_desk.run({u"jobs"_s, u"submit"_s, file}).json(), "id"), jobId);
        const auto approved = m_desk.approve(jobId);
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        const Json job = approved.json();
        QCOMPARE(textOf(job, "state"), std::string("signed"));
        Json question = content;
        question["kind"] = kind.startsWith("solana") ? "solana.message" : kind.toStdString();
        question["address"] = wallet.address;
        question["signature"] = textOf(job, "signature");
        const Json verdict = judged(question);
        QVERIFY2(verdict.is_object() && verdict.value("valid", false), dumpJson(question).c_str());
        // What is signed already is not signed again.
        const auto before = m_desk.ledger().size();
        const auto again = m_desk.approve(jobId, {u"--again"_s});
        QCOMPARE(again.exitCode, 3);
        QCOMPARE(m_desk.ledger().size(), before);
    }

    void onlyTheDigestThatWasShownIsApproved()
    {
        const auto before = m_desk.ledger().size();
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("shown")));
        QVERIFY2(!jobId.empty(), qPrintable(m_desk.why()));
        const auto approve = [&](const QString& digest) {
            return m_desk.run(
                {u"jobs"_s, u"approve"_s, QString::fromStdString(jobId), u"--digest"_s, digest});
        };
        QCOMPARE(approve(u"0x"_s + QString(64, u'1')).exitCode, 3);
        QCOMPARE(approve(u"0x11"_s).exitCode, 2);
        QCOMPARE(m_desk.ledger().size(), before);
        const Json shown = m_desk.job(jobId);
        QVERIFY(shown.at("payload").at("text") == Json("shown"));
        QVERIFY(textOf(shown, "prepared").starts_with("0x19"));
        const auto approved = approve(QString::fromStdString(textOf(shown, "digest")));
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        QCOMPARE(m_desk.state(jobId), std::string("signed"));
    }

    void refusalsOfTheDesk()
    {
        const auto before = m_desk.ledger().size();
        Json late = SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("late"));
        late["expiresAt"] = "2026-01-01T00:00:00Z";
        const std::string expired = m_desk.post(late);
        verifyRefused(m_desk, expired, 3, "expired");
        QTRY_COMPARE_WITH_TIMEOUT(textOf(m_desk.seenByBackEnd(expired), "state"), std::string("expired"),
                                  patienceMs);

        const std::string rejected =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("no")));
        const auto rejection = m_desk.run(
            {u"jobs"_s, u"reject"_s, QString::fromStdString(rejected), u"--reason"_s, u"not ordered"_s});
        QVERIFY2(rejection.exitCode == 0, rejection.errors.constData());
        verifyRefused(m_desk, rejected, 3, "rejected");
        QVERIFY(m_desk.deskWord(rejected).at("state") == Json("rejected"));

        const std::string taken =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("back")));
        const auto withdrawal = m_desk.backEnd().withdraw(m_desk.desk().relay().port(), taken);
        QVERIFY(withdrawal && withdrawal->status == 200);
        QCOMPARE(m_desk.run({u"sync"_s, u"--once"_s}).exitCode, 0);
        verifyRefused(m_desk, taken, 3, "withdrawn");

        const auto missing = m_desk.approve(std::string(64, 'a'));
        QCOMPARE(missing.exitCode, 3);
        QCOMPARE(m_desk.ledger().size(), before);
    }

    void aRevokedOrResharedShareSignsNothing()
    {
        const auto wallet = m_desk.delegate("SVM");
        QVERIFY2(!wallet.id.empty(), qPrintable(m_desk.why()));
        const auto before = m_desk.ledger().size();
        // The desk has not heard yet that its share is worth nothing any more: Dynamic's side refuses.
        const std::string reshared =
            m_desk.post(SigningDesk::document(wallet, "solana.message", textMessage("reshared")));
        QVERIFY(m_desk.desk().delegateAgain(wallet.id, "SVM"));
        const auto refused = m_desk.approve(reshared);
        QVERIFY2(refused.exitCode == 1, refused.errors.constData());
        QCOMPARE(m_desk.ledger().size(), before);
        // With the new share the same job can be signed.
        QVERIFY2(m_desk.desk().syncUntil(
                     [&] { return m_desk.desk().wallet(wallet.id).at("delegations").size() == 2; }),
                 qPrintable(m_desk.why()));
        const auto again = m_desk.approve(reshared, {u"--again"_s});
        QVERIFY2(again.exitCode == 0, again.errors.constData());
        QCOMPARE(m_desk.ledger().size(), before + 1);

        const std::string revoked =
            m_desk.post(SigningDesk::document(wallet, "solana.message", textMessage("revoked")));
        QVERIFY(m_desk.desk().revoke(wallet.id));
        QVERIFY2(m_desk.desk().syncUntil(
                     [&] { return textOf(m_desk.desk().wallet(wallet.id), "status") == "revoked"; }),
                 qPrintable(m_desk.why()));
        verifyRefused(m_desk, revoked, 3, "pending");
        QCOMPARE(m_desk.ledger().size(), before + 1);
    }

    void dynamicsPolicyHasTheLastWord()
    {
        const auto put = [&](const char* policy) {
            return m_desk.desk().sandbox().call("PUT", u"/sandbox/policy"_s, policy).status;
        };
        const auto before = m_desk.ledger().size();
        QCOMPARE(put(R"({"denyMessagesContaining":["drain"]})"), 200);
        const std::string jobId = m_desk.post(
            SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("drain it all")));
        const auto refused = m_desk.approve(jobId);
        QCOMPARE(refused.exitCode, 1);
        QCOMPARE(m_desk.state(jobId), std::string("failed"));
        QVERIFY2(refused.errors.contains("denied") || refused.errors.contains("polic"),
                 refused.errors.constData());
        QVERIFY2(m_desk.desk().syncUntil([&] {
            for (const Json& event : m_desk.run({u"events"_s, u"list"_s}).json()) {
                if (textOf(event, "eventName") == "waas.policy.violation") {
                    return true;
                }
            }
            return false;
        }),
                 qPrintable(m_desk.why()));
        QCOMPARE(put("null"), 200);
        QCOMPARE(m_desk.ledger().size(), before);
    }

    void anUnknownSubmitterIsQuarantined()
    {
        JobSubmitter stranger("desk", m_desk.desk().relay().createSubmitterToken(u"desk"_s),
                              SecretBytes::random(ed25519::seedBytes));
        const Json document = SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("who?"));
        const auto jobId = stranger.submit(m_desk.desk().relay().port(), dumpJson(document));
        QVERIFY(jobId.has_value());
        const auto synced = m_desk.run({u"sync"_s, u"--once"_s});
        QVERIFY(synced.json().at("quarantined") == Json(1));
        QCOMPARE(m_desk.approve(*jobId).exitCode, 3);
        const Json quarantine = m_desk.run({u"quarantine"_s, u"list"_s}).json();
        QCOMPARE(quarantine.size(), 1U);
        const QString item = QString::number(quarantine.at(0).at("id").get<int>());
        QCOMPARE(m_desk.run({u"quarantine"_s, u"retry"_s, item}).exitCode, 3);
        QCOMPARE(m_desk
                     .run({u"submitters"_s, u"add"_s, u"stranger"_s, u"--public-key"_s,
                           QString::fromStdString(stranger.publicKeyHex())})
                     .exitCode,
                 0);
        const auto retried = m_desk.run({u"quarantine"_s, u"retry"_s, item});
        QVERIFY2(retried.exitCode == 0, retried.errors.constData());
        QCOMPARE(textOf(m_desk.job(*jobId), "submitter"), std::string("stranger"));
        const auto approved = m_desk.approve(*jobId);
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
    }

    void twoDesksDoNotSignOneJob()
    {
        const auto second = m_desk.secondProfile();
        QVERIFY2(second, qPrintable(m_desk.why()));
        const std::string jobId =
            m_desk.post(SigningDesk::document(m_desk.evmWallet(), "evm.message", textMessage("once")));
        QCOMPARE(second->inProfile({u"sync"_s, u"--once"_s}).exitCode, 0);
        const auto before = m_desk.ledger().size();
        QVERIFY(m_desk.set(u"enclave.timeout"_s, u"15"_s));
        QVERIFY(m_desk.plan({{"enclave", "silence"}}));
        const QString id = QString::fromStdString(jobId);
        const auto first = m_desk.desk().cli().startInProfile({u"jobs"_s, u"approve"_s, id});
        QTRY_COMPARE_WITH_TIMEOUT(m_desk.state(jobId), std::string("signing"), patienceMs);
        const auto refused = second->inProfile({u"jobs"_s, u"approve"_s, id});
        QVERIFY2(refused.exitCode == 3, refused.errors.constData());
        QVERIFY2(refused.errors.contains("holds this job"), refused.errors.constData());
        QVERIFY(first->waitForFinished(patienceMs));
        QVERIFY2(first->exitCode() == 1, first->readAllStandardError().constData());
        QCOMPARE(m_desk.state(jobId), std::string("failed"));
        QCOMPARE(m_desk.ledger().size(), before);
        const auto again = m_desk.approve(jobId, {u"--again"_s});
        QVERIFY2(again.exitCode == 0, again.errors.constData());
        QVERIFY(m_desk.plan({{"enclave", nullptr}}));
        // Signed and finished: the second desk has no part in it any more.
        QCOMPARE(second->inProfile({u"jobs"_s, u"approve"_s, id}).exitCode, 3);
        QCOMPARE(m_desk.ledger().size(), before + 1);
    }

    void theRecordIsIntact()
    {
        const auto verified = m_desk.run({u"audit"_s, u"verify"_s});
        QVERIFY2(verified.exitCode == 0, verified.errors.constData());
    }

private:
    void verifyToldToBackEnd(const std::string& jobId, const Json& job, const char* state)
    {
        const Json seen = m_desk.seenByBackEnd(jobId);
        QCOMPARE(textOf(seen, "state"), std::string(state));
        QCOMPARE(textOf(seen.at("result"), "signature"), textOf(job, "signature"));
        QCOMPARE(textOf(seen.at("result"), "hash"), textOf(job, "hash"));
        QCOMPARE(textOf(seen.at("result"), "signedTransaction"), textOf(job, "signedTransaction"));
        const Json told = m_desk.deskWord(jobId);
        QVERIFY2(told.is_object(), "the event does not verify with the desk's key");
        QVERIFY(told.at("jobId") == Json(jobId));
        QVERIFY(told.at("state") == Json(state));
        QVERIFY(told.at("final") == Json(true));
        QVERIFY(told.at("result") == seen.at("result"));
    }

    SigningDesk m_desk;
};

COUNTERSIGN_GUILESS_TEST(SigningEndToEndTest)
#include "SigningEndToEnd_test.moc"
