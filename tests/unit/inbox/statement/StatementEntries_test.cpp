#include "core/inbox/statement/StatementEntries.h"

#include "core/inbox/EntryRouter.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/delivery/DeliveryCauses.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/IngestorDesk.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"

#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::testing;

namespace {

const std::string statementJobId(64, 'a');

std::string statementOf(std::string_view type, std::string_view payload, char seed = 'o')
{
    return signDsse(type, asBytes(payload), SecretBytes::copyOf(std::string(32, seed))).value();
}

std::string approvalText(const std::string& jobId = statementJobId)
{
    return statementOf(approvalPayloadType, dumpJson({{"jobId", jobId}, {"decision", "approve"}}));
}

FeedEntry feedEntryOf(std::int64_t seq, const char* kind, const std::string& body)
{
    FeedEntry entry;
    entry.seq = seq;
    entry.kind = kind;
    entry.receivedAt = 5;
    entry.body = toBytes(asBytes(body));
    return entry;
}

/// Believes everybody, and notes what came.
class NotingStatements final : public ApprovalEntryHandler
{
public:
    Result<Judgement> takeApproval(const OperatorStatement& statement, const FeedItem& entry,
                                   AuditTransaction&) override
    {
        approvals.push_back(statement.jobId);
        deliveries.push_back(entry.deliveryId);
        return answer(statement);
    }
    Result<Judgement> takeFreeze(const OperatorStatement& statement, const FeedItem&,
                                 AuditTransaction&) override
    {
        ++freezes;
        return answer(statement);
    }

    std::vector<std::string> approvals;
    std::vector<std::int64_t> deliveries;
    int freezes = 0;
    bool isBroken = false;

private:
    Result<Judgement> answer(const OperatorStatement& statement)
    {
        if (isBroken) {
            return failure(ErrorCode::Storage, QStringLiteral("The disk is full."));
        }
        const bool isNew = std::ranges::find(m_digests, statement.digest) == m_digests.end();
        m_digests.push_back(statement.digest);
        return Judgement{isNew ? Verdict::Applied : Verdict::Duplicate, {}, std::nullopt};
    }

    std::vector<Sha256Digest> m_digests;
};

}  // namespace

class StatementEntriesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void readsAnApproval()
    {
        const std::string body = approvalText();
        const auto statement = parseApprovalStatement(asBytes(body));
        QVERIFY(statement.has_value());
        QCOMPARE(statement->jobId, statementJobId);
        QCOMPARE(statement->payload.at("decision").get<std::string>(), std::string("approve"));
        QCOMPARE(statement->envelope.signatures.size(), std::size_t(1));
        QVERIFY(statement->digest == sha256(asBytes(body)));
        QVERIFY(std::ranges::equal(statement->body, asBytes(body)));
        // It is read, not believed: also one that nobody signed.
        std::string forged = body;
        forged.replace(forged.find("\"sig\":\"") + 7, 4, "AAAA");
        QVERIFY(parseApprovalStatement(asBytes(forged)).has_value());
    }

    void readsAFreeze()
    {
        const std::string body = statementOf(freezePayloadType, R"({"reason":"lost laptop"})");
        const auto statement = parseFreezeStatement(asBytes(body));
        QVERIFY(statement.has_value() && statement->jobId.empty());
        QCOMPARE(statement->payload.at("reason").get<std::string>(), std::string("lost laptop"));
        QVERIFY(!parseApprovalStatement(asBytes(body)).has_value());
        QVERIFY(!parseFreezeStatement(asBytes(approvalText())).has_value());
    }

    void refusesWhatIsNone_data()
    {
        QTest::addColumn<QByteArray>("payload");
        const QByteArray id = QByteArray(64, 'a');
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("approve");
        QTest::newRow("a list") << QByteArray("[{\"jobId\":\"" + id + "\"}]");
        QTest::newRow("no job") << QByteArray("{}");
        QTest::newRow("null") << QByteArray("{\"jobId\":null}");
        QTest::newRow("a number") << QByteArray("{\"jobId\":7}");
        QTest::newRow("upper case") << QByteArray("{\"jobId\":\"" + id.toUpper() + "\"}");
        QTest::newRow("short") << QByteArray("{\"jobId\":\"" + id.left(63) + "\"}");
        QTest::newRow("a path") << QByteArray("{\"jobId\":\"../../" + id.left(58) + "\"}");
        QTest::newRow("two jobs") << QByteArray("{\"jobId\":\"" + id + "\",\"jobId\":\"" + id + "\"}");
        QTest::newRow("text behind") << QByteArray("{\"jobId\":\"" + id + "\"} x");
        QTest::newRow("deep") << QByteArray("{\"jobId\":\"" + id + "\",\"a\":[[[[[]]]]]}");
        QTest::newRow("many") << QByteArray("{\"jobId\":\"" + id + "\",\"a\":[" +
                                            QByteArray(600, '0').replace("0", "0,") + "0]}");
    }
    void refusesWhatIsNone()
    {
        QFETCH(const QByteArray, payload);
        const std::string body = statementOf(approvalPayloadType, payload.toStdString());
        const auto refused = parseApprovalStatement(asBytes(body));
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(!refused.error().sentence.isEmpty());
    }

    void isBounded()
    {
        const std::string body = approvalText();
        QVERIFY(parseApprovalStatement(asBytes(body + std::string(statementMaxBytes - body.size(), ' ')))
                    .has_value());
        QVERIFY(!parseApprovalStatement(asBytes(body + std::string(statementMaxBytes + 1 - body.size(), ' ')))
                     .has_value());
        QVERIFY(!parseApprovalStatement(asBytes(std::string(1'000'000, '['))).has_value());
    }

    /// Cut or changed anywhere: nothing, or still the whole id of something.
    void nothingBreaksIt()
    {
        std::mt19937 random(11);
        const std::string whole = approvalText();
        for (int i = 0; i < 500; ++i) {
            std::string broken = whole;
            broken[random() % broken.size()] = static_cast<char>(random());
            broken.resize(broken.size() - random() % 3);
            const auto statement = parseApprovalStatement(asBytes(broken));
            QVERIFY(!statement || statement->jobId.size() == 64);
        }
    }

    void theFeedGoesOn()
    {
        IngestorDesk desk;
        NotingStatements handler;
        StatementEntries statements(handler);
        EntryRouter router{&statements};
        desk.ingestor.setEntryHandler(&router);
        const std::string freeze = statementOf(freezePayloadType, "{}");
        const IngestReport report = desk.takeEntries(
            {feedEntryOf(1, "approval", approvalText()), feedEntryOf(2, "approval", "no envelope"),
             feedEntryOf(3, "statement", freeze), feedEntryOf(4, "statement", approvalText()),
             desk.webhooks.entry(5, WebhookFactory::head("ping", "event-p", 5)),
             feedEntryOf(6, "approval", approvalText()),
             feedEntryOf(7, "approval", approvalText(std::string(64, 'b'))), feedEntryOf(8, "later", "?")});
        QCOMPARE(report.cursor, 8);
        QCOMPARE(report.applied, 5);
        QCOMPARE(report.duplicates, 1);
        QCOMPARE(report.quarantined, 2);
        QCOMPARE(handler.approvals,
                 (std::vector<std::string>{statementJobId, statementJobId, std::string(64, 'b')}));
        QCOMPARE(handler.freezes, 1);
        QCOMPARE(desk.text("SELECT group_concat(verdict) FROM (SELECT verdict FROM delivery ORDER BY seq)"),
                 std::string("applied,quarantined,applied,quarantined,ping,duplicate,applied,unknown"));
        // Stored as it came, and the handler knows as which delivery.
        QCOMPARE(asText(desk.deliveries.content(handler.deliveries.front())->body),
                 std::string_view(approvalText()));
        const std::string cause = stored(DeliveryCause::UnreadableStatement);
        QCOMPARE(desk.text("SELECT group_concat(DISTINCT reason) FROM quarantine"), cause);
    }

    /// What the handler could not store is not taken.
    void anErrorStopsThePage()
    {
        IngestorDesk desk;
        NotingStatements handler;
        handler.isBroken = true;
        StatementEntries statements(handler);
        desk.ingestor.setEntryHandler(&statements);
        const auto refused = desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0,
                                                  pageOf({feedEntryOf(1, "approval", approvalText())}));
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::Storage);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), 0);
        handler.isBroken = false;
        QCOMPARE(desk.takeEntries({feedEntryOf(1, "approval", approvalText())}).applied, 1);
    }

    /// No handler yet: kept and shown, as every kind that is not known.
    void withoutAHandlerTheBytesAreKept()
    {
        IngestorDesk desk;
        const IngestReport report = desk.takeEntries({feedEntryOf(1, "approval", approvalText())});
        QCOMPARE(report.cursor, 1);
        QCOMPARE(report.applied, 1);
        QCOMPARE(asText(desk.deliveries.content(1)->body), std::string_view(approvalText()));
    }
};

COUNTERSIGN_GUILESS_TEST(StatementEntriesTest)
#include "StatementEntries_test.moc"
