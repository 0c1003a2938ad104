#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "tests/integration/signing/EndToEndDesk.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <array>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

constexpr UnixMillis hourMs = 3'600'000;

std::string needing(int approvals, const char* more = "")
{
    return R"({"version":1,"name":"n","rules":[{"id":"all","when":{},"then":{"approvals":)" +
           std::to_string(approvals) + "}}]" + more + "}";
}

/// So much ether in a day with one approval, else nothing.
std::string limitedTo(int wei)
{
    return R"({"version":1,"name":"limit","rules":[{"id":"limit","when":{"perPeriod":{"hours":24,"max":")" +
           std::to_string(wei) +
           R"("}},"then":{"approvals":1}},{"id":"rest","when":{},"then":{"block":"More than the limit."}}]})";
}

/// An ERC-7730 descriptor of set(uint256) at etherRecipient.
constexpr const char* storeDescriptor = R"json({
    "context": {"contract": {"deployments": [{"chainId": 11155111,
        "address": "0x000000000000000000000000000000000000dEaD"}]}},
    "metadata": {"owner": "Store"},
    "display": {"formats": {"set(uint256 amount)": {"intent": "Set",
        "fields": [{"path": "amount", "label": "Amount", "format": "raw"}]}}}})json";

}  // namespace

/// Three desks as processes over one relay, with the sandbox as Dynamic, and people who forge, repeat and
/// date back: never a signature without its count, and no limit twice.
class ThreeDesksTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_environment.start(SigningDesk::Chains::Without), qPrintable(m_environment.why()));
        const std::array names = {u"Alice"_s, u"Bob"_s, u"Carol"_s};
        std::array<QString, 3> keys;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (i > 0) {
                m_others[i - 1] = m_environment.secondProfile();
                QVERIFY2(m_others[i - 1] != nullptr, qPrintable(m_environment.why()));
            }
            const Json made = run(i, {u"operators"_s, u"new"_s, names[i]}).json();
            keys[i] = QString::fromStdString(textOf(made, "publicKey"));
        }
        for (std::size_t at = 0; at < names.size(); ++at) {
            for (std::size_t of = 0; of < names.size(); ++of) {
                if (at != of) {
                    QCOMPARE(
                        run(at, {u"operators"_s, u"add"_s, names[of], u"--public-key"_s, keys[of]}).exitCode,
                        0);
                }
            }
            QCOMPARE(run(at, {u"operators"_s, u"add"_s, u"Dora"_s, u"--public-key"_s, toText(m_dora.key)})
                         .exitCode,
                     0);
        }
        m_token = m_environment.desk().relay().createToken(u"desk"_s, u"consumer"_s);
    }

    void approvalsInEveryOrder()
    {
        QVERIFY(setPolicy(needing(3)));
        std::array<std::size_t, 3> order = {0, 1, 2};
        do {
            const std::string job = post("in the order " + std::to_string(order[0]) +
                                         std::to_string(order[1]) + std::to_string(order[2]));
            const auto before = signatures();
            for (std::size_t i = 0; i < order.size(); ++i) {
                QVERIFY(sync());
                const auto approved = approve(order[i], job);
                QVERIFY2(approved.exitCode == (i == 2 ? 0 : 3), approved.errors.constData());
                QCOMPARE(signatures(), before + (i == 2 ? 1 : 0));
            }
            // Nobody signs it again.
            for (const std::size_t desk : order) {
                if (desk != order[2]) {
                    QVERIFY(approve(desk, job).exitCode != 0);
                }
            }
            QCOMPARE(signatures(), before + 1);
        } while (std::ranges::next_permutation(order).found);
    }

    /// Two desks give the second approval in the same moment.
    void aRaceForTheSecondApproval()
    {
        QVERIFY(setPolicy(needing(2)));
        for (int round = 0; round < 3; ++round) {
            const std::string job = post("race " + std::to_string(round));
            QCOMPARE(approve(0, job).exitCode, 3);
            QVERIFY(sync());
            const auto before = signatures();
            const auto bob = start(1, job);
            const auto carol = start(2, job);
            QVERIFY(bob->waitForFinished(patienceMs) && carol->waitForFinished(patienceMs));
            QVERIFY2((bob->exitCode() == 0) != (carol->exitCode() == 0),
                     (bob->readAllStandardError() + carol->readAllStandardError()).constData());
            QCOMPARE(signatures(), before + 1);
        }
    }

    /// Two jobs at one desk in the same moment, of which one fits.
    void aRaceForTheLastPlaceUnderALimit()
    {
        for (int round = 1; round <= 3; ++round) {
            // What the rounds before have signed is part of it.
            QVERIFY(setPolicy(limitedTo(600 * round + 399)));
            const std::string first = pay(600);
            const std::string second = pay(600);
            const auto before = signatures();
            const auto one = start(0, first);
            const auto other = start(0, second);
            QVERIFY(one->waitForFinished(patienceMs) && other->waitForFinished(patienceMs));
            QVERIFY2((one->exitCode() == 0) != (other->exitCode() == 0),
                     (one->readAllStandardError() + other->readAllStandardError()).constData());
            QCOMPARE(signatures(), before + 1);
            m_signedAtAlice += 600;
            // The one that came too late may have been approved before it was refused; other desks count that
            // until it is taken back.
            const std::string& late = one->exitCode() == 0 ? second : first;
            run(0, {u"jobs"_s, u"endorse"_s, QString::fromStdString(late), u"--withdraw"_s});
        }
    }

    void aLimitHoldsAtAllDesksTogether()
    {
        // Bob has seen Alice's approvals of the test before, whose jobs may have been signed there.
        QVERIFY(sync());
        QVERIFY(setPolicy(limitedTo(m_signedAtAlice + 999)));
        const std::string first = pay(600);
        const std::string second = pay(600);
        const std::string third = pay(399);
        QVERIFY(sync());
        const auto before = signatures();
        const auto signedAtBob = approve(1, first);
        QVERIFY2(signedAtBob.exitCode == 0, signedAtBob.errors.constData());
        QVERIFY(sync());
        for (const std::size_t desk : {0U, 2U}) {
            const auto refused = approve(desk, second);
            QCOMPARE(refused.exitCode, 3);
            QVERIFY2(refused.errors.contains("More than the limit."), refused.errors.constData());
        }
        QCOMPARE(signatures(), before + 1);
        const auto fits = approve(2, third);
        QVERIFY2(fits.exitCode == 0, fits.errors.constData());
        QCOMPARE(signatures(), before + 2);
    }

    void replaysCountForNothing()
    {
        QVERIFY(setPolicy(needing(3)));
        const std::string first = post("replayed");
        const std::string second = post("replayed to");
        QVERIFY(sync());
        const QString word = m_environment.desk().path(u"carols-word.json"_s);
        QCOMPARE(
            run(2, {u"jobs"_s, u"endorse"_s, QString::fromStdString(first), u"--output"_s, word}).exitCode,
            0);
        // The same once more, as a file and through the relay, is one person.
        QCOMPARE(run(0, {u"jobs"_s, u"import"_s, word}).exitCode, 0);
        run(0, {u"jobs"_s, u"import"_s, word});
        const std::string envelope = read(word);
        QCOMPARE(postStatement(first, envelope), 201);
        QVERIFY(sync());
        const auto before = signatures();
        QCOMPARE(approve(0, first).json().at("approvals"), (Json{{"have", 2}, {"need", 3}}));
        // To another job it is nothing that Carol signed; the relay refuses what names another.
        QCOMPARE(postStatement(second, envelope), 400);
        Json moved = *parseJson(envelope);
        const std::string payload(asText(*fromBase64(textOf(moved, "payload"))));
        QVERIFY(payload.find(first) != std::string::npos);
        moved["payload"] = toBase64(asBytes(replaced(payload, first, second)));
        QCOMPARE(postStatement(second, dumpJson(moved)), 201);
        QVERIFY(sync());
        QCOMPARE(approve(0, second).json().at("approvals"), (Json{{"have", 1}, {"need", 3}}));
        QCOMPARE(signatures(), before);
    }

    /// What somebody with a consumer's token posts is neither counted nor does it stop anything.
    void forgeriesCountForNothing()
    {
        QVERIFY(setPolicy(needing(2)));
        const std::string job = post("forged");
        QVERIFY(sync());
        const samples::Person mallory("Mallory");
        const ApprovalStatement genuine = statementAbout(job, m_dora);
        ApprovalStatement own = genuine;
        own.operatorKey = mallory.key;
        QCOMPARE(postStatement(job, samples::signedBy(mallory, own).envelope.json), 201);
        // In Dora's name, with a signature that is not hers.
        Json forged = *parseJson(samples::signedBy(m_dora, genuine).envelope.json);
        forged["signatures"][0]["sig"] = toBase64(Bytes(64, 7));
        QCOMPARE(postStatement(job, dumpJson(forged)), 201);
        QVERIFY(sync());
        const auto before = signatures();
        const auto refused = approve(0, job);
        QCOMPARE(refused.exitCode, 3);
        QCOMPARE(refused.json().at("approvals"), (Json{{"have", 1}, {"need", 2}}));
        QCOMPARE(signatures(), before);
        // Nothing of this kept the genuine one out.
        QCOMPARE(postStatement(job, samples::signedBy(m_dora, genuine).envelope.json), 201);
        QVERIFY(sync());
        const auto approved = approve(0, job);
        QVERIFY2(approved.exitCode == 0, approved.errors.constData());
        QCOMPARE(signatures(), before + 1);
    }

    void whatIsAboutSomethingElseCountsForNothing_data()
    {
        QTest::addColumn<QString>("why");
        for (const char* why : {"another digest", "another explanation", "another policy",
                                "older than the job", "from the future"}) {
            QTest::newRow(why) << QString::fromLatin1(why);
        }
    }

    void whatIsAboutSomethingElseCountsForNothing()
    {
        QFETCH(const QString, why);
        QVERIFY(setPolicy(needing(2, R"(,"approvalsExpire":{"hours":3})")));
        const std::string job = post(why.toStdString());
        QVERIFY(sync());
        ApprovalStatement statement = statementAbout(job, m_dora);
        if (why == "another digest"_L1) {
            statement.digest[31] ^= 1;
        } else if (why == "another explanation"_L1) {
            statement.explanation = samples::hashOf('e');
        } else if (why == "another policy"_L1) {
            statement.policy = samples::hashOf('b');
        } else if (why == "from the future"_L1) {
            statement.at += 2 * hourMs;
        } else {
            statement.at -= 2 * hourMs;
        }
        QCOMPARE(postStatement(job, samples::signedBy(m_dora, statement).envelope.json), 201);
        QVERIFY(sync());
        const auto before = signatures();
        const auto refused = approve(0, job);
        QCOMPARE(refused.exitCode, 3);
        QCOMPARE(refused.json().at("approvals"), (Json{{"have", 1}, {"need", 2}}));
        QCOMPARE(signatures(), before);
        const Json listed = run(0, {u"jobs"_s, u"approvals"_s, QString::fromStdString(job)}).json();
        const auto doras =
            std::ranges::find_if(listed, [](const Json& one) { return one.at("name") == Json("Dora"); });
        QVERIFY(doras != listed.end());
        QCOMPARE(doras->at("counts"), Json(false));
        QCOMPARE(textOf(*doras, "why"), why.toStdString());
    }

    /// A desk that is told something else about the same bytes.
    void aDeskWithOtherDescriptors()
    {
        QVERIFY(setPolicy(needing(2)));
        const QString folder = m_environment.desk().path(u"descriptors"_s);
        QVERIFY(QDir().mkpath(folder));
        writePrivateFile(folder + u"/store.json"_s, storeDescriptor);
        QCOMPARE(run(1, {u"settings"_s, u"set"_s, u"descriptors.folder"_s, folder}).exitCode, 0);
        Json transaction = payment(0);
        transaction["data"] = "0x60fe47b1" + std::string(64, '0');  // set(uint256)
        const std::string job = postDocument("evm.transaction", {{"transaction", transaction}});
        QVERIFY(sync());
        const auto explanation = [&](std::size_t desk) {
            return run(desk, {u"jobs"_s, u"explain"_s, QString::fromStdString(job)}).json().at("explanation");
        };
        QVERIFY(explanation(0) != explanation(1));
        QCOMPARE(explanation(0), explanation(2));
        const auto before = signatures();
        QCOMPARE(approve(1, job).exitCode, 3);
        QVERIFY(sync());
        QCOMPARE(approve(0, job).json().at("approvals"), (Json{{"have", 1}, {"need", 2}}));
        QCOMPARE(signatures(), before);
        const Json listed = run(0, {u"jobs"_s, u"approvals"_s, QString::fromStdString(job)}).json();
        QVERIFY(std::ranges::any_of(listed, [](const Json& one) {
            return one.at("name") == Json("Bob") && textOf(one, "why") == "another explanation";
        }));
        QCOMPARE(run(1, {u"settings"_s, u"remove"_s, u"descriptors.folder"_s}).exitCode, 0);
    }

    void theRecordsAreWhole()
    {
        for (const std::size_t desk : {0U, 1U, 2U}) {
            QVERIFY(run(desk, {u"audit"_s, u"verify"_s}).json().at("intact") == Json(true));
        }
    }

private:
    static QString toText(const ed25519::PublicKey& key) { return QString::fromStdString(toHex(key)); }
    const CliProcess& cli(std::size_t desk)
    {
        return desk == 0 ? m_environment.desk().cli() : *m_others[desk - 1];
    }
    CliProcess::Outcome run(std::size_t desk, const QStringList& words) { return cli(desk).inProfile(words); }
    static QStringList approval(const std::string& job)
    {
        return {u"jobs"_s, u"approve"_s, QString::fromStdString(job)};
    }
    CliProcess::Outcome approve(std::size_t desk, const std::string& job) { return run(desk, approval(job)); }
    std::unique_ptr<QProcess> start(std::size_t desk, const std::string& job)
    {
        return cli(desk).startInProfile(approval(job));
    }
    bool sync()
    {
        return std::ranges::all_of(std::array{0U, 1U, 2U}, [this](std::size_t desk) {
            return run(desk, {u"sync"_s, u"--once"_s}).exitCode == 0;
        });
    }
    bool setPolicy(const std::string& document)
    {
        const QString file = m_environment.desk().path(u"policy.json"_s);
        writePrivateFile(file, QByteArray::fromStdString(document));
        return std::ranges::all_of(std::array{0U, 1U, 2U}, [&](std::size_t desk) {
            const auto set = run(desk, {u"policy"_s, u"set"_s, file});
            return set.exitCode == 0;
        });
    }
    std::string postDocument(const char* kind, const Json& payload)
    {
        return m_environment.post(SigningDesk::document(m_environment.evmWallet(), kind, payload));
    }
    std::string post(const std::string& text) { return postDocument("evm.message", {{"text", text}}); }
    Json payment(int wei)
    {
        return {{"chainId", 11155111},  // listed, so that its coin has a name

                {"to", etherRecipient},         {"value", std::to_string(wei)},
                {"nonce", m_nonce++},           {"gasLimit", "21000"},
                {"maxFeePerGas", "2000000000"}, {"maxPriorityFeePerGas", "1000000000"}};
    }
    std::string pay(int wei) { return postDocument("evm.transaction", {{"transaction", payment(wei)}}); }
    std::size_t signatures() { return m_environment.ledger().size(); }

    /// What Dora, whose desk has seen the job as Carol's does, would say about it now.
    ApprovalStatement statementAbout(const std::string& job, const samples::Person& who)
    {
        const QString file = m_environment.desk().path(QString::fromStdString(job) + u".json"_s);
        run(2, {u"jobs"_s, u"endorse"_s, QString::fromStdString(job), u"--output"_s, file});
        ApprovalStatement statement = readApproval(read(file)).value().statement;
        statement.operatorKey = who.key;
        statement.at = SystemClock().now();
        return statement;
    }
    /// As somebody with a consumer's token; the HTTP status.
    int postStatement(const std::string& job, const std::string& envelope)
    {
        const std::string path = "/v1/inboxes/desk/jobs/" + job + "/approvals";
        const auto answer =
            RawHttp::exchange(m_environment.desk().relay().port(),
                              RawHttp::post(path, envelope, "Authorization: Bearer " + m_token + "\r\n"));
        return answer ? answer->status : 0;
    }
    static std::string read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }
    static std::string replaced(std::string text, const std::string& from, const std::string& to)
    {
        return text.replace(text.find(from), from.size(), to);
    }

    SigningDesk m_environment;
    std::array<std::unique_ptr<CliProcess>, 2> m_others;
    samples::Person m_dora{"Dora"};
    std::string m_token;
    int m_nonce = 0;
    int m_signedAtAlice = 0;
};

COUNTERSIGN_GUILESS_TEST(ThreeDesksTest)
#include "ThreeDesks_test.moc"
