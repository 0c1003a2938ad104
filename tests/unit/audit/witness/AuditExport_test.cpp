#include "core/audit/witness/AuditExport.h"

#include "core/audit/witness/AuditCheckpoint.h"
#include "core/audit/witness/AuditJson.h"
#include "core/crypto/envelopes/Dsse.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/RecordedProfile.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// Exports of a record, and the check of foreign ones by the desk's public key alone.
class AuditExportTest : public QObject
{
    Q_OBJECT

    const SecretBytes m_seed = SecretBytes::random(ed25519::seedBytes);
    const ed25519::PublicKey m_key = *ed25519::publicKey(m_seed);

    std::string exported(Recorded& profile, AuditRange range = {}) const
    {
        std::string text;
        const auto summary = exportRecord(*profile.database, profile.log, range,
                                          Result<SecretBytes>(m_seed.clone()), [&](std::string_view line) {
                                              text += line;
                                              return Status();
                                          });
        return summary ? text : std::string();
    }
    Result<AuditExportSummary> check(std::string_view text, std::size_t piece = 7,
                                     std::optional<AuditExportCheck::Expected> expected = {}) const
    {
        AuditExportCheck check(expected);
        while (!text.empty()) {
            const std::string_view part = text.substr(0, piece);
            RETURN_IF_ERROR(check.add(asBytes(part)));
            text.remove_prefix(part.size());
        }
        return check.finish(m_key);
    }
    ErrorCode refusal(std::string_view text) const
    {
        const auto checked = check(text, 4096);
        return checked ? ErrorCode::Internal : checked.error().code;
    }
    static std::vector<std::string> linesOf(const std::string& text)
    {
        std::vector<std::string> lines;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = text.find('\n', begin);
            lines.push_back(text.substr(begin, end - begin));
            begin = end + 1;
        }
        return lines;
    }
    static std::string joined(const std::vector<std::string>& lines)
    {
        std::string text;
        for (const std::string& line : lines) {
            text += line + '\n';
        }
        return text;
    }
    std::string signedOver(const std::string& lines, const Json& statement) const
    {
        return lines + *signDsse(auditExportPayloadType, asBytes(dumpJson(statement)), m_seed) + '\n';
    }

private Q_SLOTS:
    void writesOneEntryALineAndSignsThem()
    {
        Recorded profile;
        const std::string text = exported(profile);
        const auto lines = linesOf(text);
        QCOMPARE(lines.size(), 11U);
        const Json first = *parseJson(lines.front());
        QVERIFY(first.at("seq") == Json(1) && first.at("detail") == (Json{{"n", 1}}));
        const auto entries = profile.log.page(0, 100);
        for (std::size_t i = 0; i < 10; ++i) {
            const auto entry = parseAuditEntry(lines.at(i));
            QVERIFY(entry.has_value());
            QVERIFY(entry->hash == entries->at(9 - i).hash && entry->at == entries->at(9 - i).at);
        }
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
            const auto checked = check(text, piece);
            QVERIFY2(checked.has_value(), checked ? "" : qPrintable(checked.error().sentence));
            QCOMPARE(checked->from, 1);
            QCOMPARE(checked->to, 10);
            QCOMPARE(checked->entries, 10);
        }
        QVERIFY(check(text.substr(0, text.size() - 1)).has_value());  // the last line's end may be missing
    }

    void bothEndsOfARangeAreIncluded()
    {
        Recorded profile;
        const auto middle = check(exported(profile, {3, 5}));
        QCOMPARE(middle->from, 3);
        QCOMPARE(middle->to, 5);
        QCOMPARE(check(exported(profile, {8, 99}))->to, 10);
        QVERIFY(exported(profile, {11, 99}).empty());
    }

    void whatIsNotIntactIsWrittenButNotSigned()
    {
        Recorded profile;
        profile.run("UPDATE audit SET subject = 'x' WHERE seq = 4");
        std::string text;
        const auto summary = exportRecord(*profile.database, profile.log, {},
                                          Result<SecretBytes>(failure(ErrorCode::Corrupt, u"no key"_s)),
                                          [&](std::string_view line) {
                                              text += line;
                                              return Status();
                                          });
        QVERIFY(summary.has_value() && !summary->unsignedBecause.isEmpty());
        QCOMPARE(linesOf(text).size(), 10U);
        QCOMPARE(refusal(text), ErrorCode::InvalidInput);
    }

    void anErrorOfTheSeedOrTheSinkEndsIt()
    {
        Recorded profile;
        int written = 0;
        const auto count = [&](std::string_view) {
            ++written;
            return Status();
        };
        const auto keyless =
            exportRecord(*profile.database, profile.log, {},
                         Result<SecretBytes>(failure(ErrorCode::Locked, u"locked"_s)), count);
        QVERIFY(!keyless && keyless.error().code == ErrorCode::Locked && written == 0);
        const auto full =
            exportRecord(*profile.database, profile.log, {}, Result<SecretBytes>(m_seed.clone()),
                         [](std::string_view) -> Status { return failure(ErrorCode::Storage, u"full"_s); });
        QVERIFY(!full && full.error().code == ErrorCode::Storage);
    }

    void canBeCancelled()
    {
        Recorded profile(1500);
        std::int64_t last = 0;
        const auto cancelled = exportRecord(
            *profile.database, profile.log, {}, Result<SecretBytes>(m_seed.clone()),
            [](std::string_view) { return Status(); },
            [&](std::int64_t entries) {
                last = entries;
                return false;
            });
        QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
        QCOMPARE(last, 1024);
    }

    void everyChangeOfALineIsFound()
    {
        Recorded profile;
        const std::string text = exported(profile);
        const auto lines = linesOf(text);
        auto swapped = lines;
        std::swap(swapped.at(3), swapped.at(4));
        QCOMPARE(refusal(joined(swapped)), ErrorCode::InvalidInput);
        auto removed = lines;
        removed.erase(removed.begin() + 5);
        QCOMPARE(refusal(joined(removed)), ErrorCode::InvalidInput);
        for (const std::size_t end : {std::size_t{0}, std::size_t{9}}) {  // the ends leave no gap
            auto cut = lines;
            cut.erase(cut.begin() + static_cast<std::ptrdiff_t>(end));
            QCOMPARE(refusal(joined(cut)), ErrorCode::BadSignature);
        }
        auto unsignedLines = lines;
        unsignedLines.pop_back();
        QCOMPARE(refusal(joined(unsignedLines)), ErrorCode::InvalidInput);
        QCOMPARE(refusal(text + lines.back() + '\n'), ErrorCode::InvalidInput);
        QCOMPARE(refusal(text + '\n'), ErrorCode::InvalidInput);
        QCOMPARE(refusal({}), ErrorCode::InvalidInput);
        QCOMPARE(refusal(lines.back()), ErrorCode::InvalidInput);
        // Of the envelope the key's name alone is not signed: a hint.
        for (std::size_t i = 0; i < text.size() - lines.back().size(); i += 3) {
            std::string changed = text;
            changed.at(i) = static_cast<char>(changed.at(i) ^ 1);
            QVERIFY2(!check(changed, 4096), qPrintable(u"byte %1"_s.arg(i)));
        }
    }

    void whatIsSignedHasToFitTheLines_data()
    {
        QTest::addColumn<QByteArray>("statement");
        const auto row = [](const char* name, const char* text) { QTest::newRow(name) << QByteArray(text); };
        row("another digest", "{\"from\":1,\"to\":10,\"sha256\":\"00\"}");
        row("no digest", "{\"from\":1,\"to\":10,\"sha256\":null}");
        row("a member more", "{\"from\":1,\"to\":10,\"sha256\":\"00\",\"x\":1}");
        row("backwards", "{\"from\":10,\"to\":1,\"sha256\":\"00\"}");
        row("negative", "{\"from\":-1,\"to\":10,\"sha256\":\"00\"}");
        row("huge", "{\"from\":1,\"to\":18446744073709551615,\"sha256\":\"00\"}");
        row("fraction", "{\"from\":1.0,\"to\":10,\"sha256\":\"00\"}");
        row("an array", "[1,10]");
        row("nothing", "");
    }

    void whatIsSignedHasToFitTheLines()
    {
        QFETCH(const QByteArray, statement);
        Recorded profile;
        auto lines = linesOf(exported(profile));
        lines.back() = *signDsse(auditExportPayloadType, asBytes(statement.toStdString()), m_seed);
        QVERIFY(!check(joined(lines)));
    }

    /// Signed by the desk over the very lines that lie there, but said to be others.
    void aSignedRangeHasToBeThatOfTheLines()
    {
        Recorded profile;
        auto lines = linesOf(exported(profile));
        const auto envelope = parseDsse(lines.back());
        const Json honest = *parseJson(asText(envelope->payload));
        for (const auto& [from, to] :
             {std::pair{1, 9}, std::pair{2, 10}, std::pair{1, 11}, std::pair{0, 10}}) {
            Json other = honest;
            other["from"] = from;
            other["to"] = to;
            lines.back() = *signDsse(auditExportPayloadType, asBytes(dumpJson(other)), m_seed);
            QVERIFY2(!check(joined(lines)), qPrintable(u"%1 to %2"_s.arg(from).arg(to)));
        }
        lines.back() = *signDsse(auditExportPayloadType, asBytes(dumpJson(honest)), m_seed);
        QVERIFY(check(joined(lines)).has_value());
    }

    void anotherTypeOrKeyIsRefused()
    {
        Recorded profile;
        auto lines = linesOf(exported(profile));
        const auto envelope = parseDsse(lines.back());
        lines.back() = *signDsse(checkpointPayloadType, envelope->payload, m_seed);
        QCOMPARE(refusal(joined(lines)), ErrorCode::InvalidInput);
        lines.back() =
            *signDsse(auditExportPayloadType, envelope->payload, SecretBytes::random(ed25519::seedBytes));
        QCOMPARE(refusal(joined(lines)), ErrorCode::BadSignature);
    }

    void linesAreReadStrictly_data()
    {
        QTest::addColumn<QByteArray>("line");
        const QByteArray hash = "\"hash\":\"0x" + QByteArray(64, '0') + '"';
        const QByteArray at = "\"at\":\"2026-01-01T00:00:00.000Z\",";
        const QByteArray words = "\"kind\":\"k\",\"subject\":\"\",\"detail\":{},";
        const auto row = [](const char* name, const QByteArray& text) { QTest::newRow(name) << text; };
        row("no object", "[]");
        row("empty", "");
        row("seq 0", "{\"seq\":0," + at + words + hash + "}");
        row("seq too great", "{\"seq\":9007199254740993," + at + words + hash + "}");
        row("seq as text", "{\"seq\":\"1\"," + at + words + hash + "}");
        row("no time", "{\"seq\":1,\"at\":\"yesterday\"," + words + hash + "}");
        row("no detail", "{\"seq\":1," + at + "\"kind\":\"k\",\"subject\":\"\",\"more\":{}," + hash + "}");
        row("a member more", "{\"seq\":1," + at + words + "\"x\":1," + hash + "}");
        row("twice", "{\"seq\":1,\"seq\":1," + at + words + hash + "}");
        row("short hash", "{\"seq\":1," + at + words + "\"hash\":\"0x00\"}");
        row("bare hash", "{\"seq\":1," + at + words + "\"hash\":\"" + QByteArray(64, '0') + "\"}");
        row("deep", "{\"seq\":1," + at + "\"kind\":\"k\",\"subject\":\"\",\"detail\":" + QByteArray(40, '[') +
                        QByteArray(40, ']') + "," + hash + "}");
        row("no UTF-8",
            "{\"seq\":1," + at + "\"kind\":\"\xff\",\"subject\":\"\",\"detail\":{}," + hash + "}");
        row("too long", QByteArray(static_cast<qsizetype>(auditLineMaxBytes) + 1, ' '));
    }

    void linesAreReadStrictly()
    {
        QFETCH(const QByteArray, line);
        QVERIFY(!parseAuditEntry(line.toStdString()));
        const std::string lines = line.toStdString() + '\n';
        const Json statement = {{"from", 1}, {"to", 1}, {"sha256", "00"}};
        const auto checked = check(signedOver(lines, statement), 65'536);
        QVERIFY(!checked && checked.error().code == ErrorCode::InvalidInput);
    }

    void aCheckpointsEntryHasToBeThere()
    {
        Recorded profile;
        const std::string text = exported(profile, {2, 8});
        AuditExportCheck::Expected expected{5, {}};
        std::ranges::copy(profile.log.page(6, 1)->front().hash, expected.hash.begin());
        QVERIFY(check(text, 100, expected).has_value());
        expected.hash.front() ^= 1U;
        QCOMPARE(check(text, 100, expected).error().code, ErrorCode::BadSignature);
        expected.seq = 9;
        QCOMPARE(check(text, 100, expected).error().code, ErrorCode::NotFound);
    }
};

COUNTERSIGN_GUILESS_TEST(AuditExportTest)
#include "AuditExport_test.moc"
