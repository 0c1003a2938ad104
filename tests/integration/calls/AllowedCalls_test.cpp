#include "tests/integration/cli/Desk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDirIterator>
#include <QFile>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

// Why: a delegate signs and gives back, and no program of ours is to be able to do more (protocol reference
// §9.1): no export, no refresh or reshare, no change of policies, settings, tokens, users or webhooks. What
// the consoles of the whole suite asked of their Dynamic was written down (COUNTERSIGN_CALL_LOG) and is held
// against all that they may ask. That it is written down is proved with a desk of its own, whatever else ran.

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

namespace {

/// "*" stands for one step of a path. What is not here is not to leave a program.
const QStringList& allowedCalls()
{
    static const QStringList calls = {
        // signing
        u"POST /api/v0/environments/*/waas/verifyApiKey"_s,
        u"GET /api/v0/environments/*/waas/*"_s,
        u"POST /api/v0/environments/*/waas/*/delegatedAccess/signMessage"_s,
        // revoking
        u"DELETE /api/v0/environments/*/waas/*/delegatedAccess"_s,
        u"POST /api/v0/environments/*/waas/delegatedAccess/revoke"_s,
        u"DELETE /api/v0/server/*/waas/*/delegatedAccess/*"_s,
        // inspecting
        u"GET /api/v0/environments/*/users/*"_s,
        u"GET /api/v0/environments/*/waas/delegatedAccess/encryptionPublicKeys"_s,
        u"GET /api/v0/environments/*/webhooks"_s,
        u"GET /api/v0/environments/*/webhooks/*/messages"_s,
        u"GET /api/v0/environments/*/events/*"_s,
        u"GET /api/v0/sdk/*/settings"_s,
        u"GET /api/v0/tokens/me"_s,
        // the one that asks for something to be done: what was sent is sent again
        u"POST /api/v0/environments/*/webhooks/*/messages/*/redeliver"_s,
    };
    return calls;
}

bool isOfKind(const QString& call, const QString& kind)
{
    QString pattern = QRegularExpression::escape(kind);
    pattern.replace(u"\\*"_s, u"[^/]+"_s);
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(call).hasMatch();
}

bool isAllowed(const QString& call)
{
    return std::ranges::any_of(allowedCalls(), [&](const QString& kind) { return isOfKind(call, kind); });
}

/// Dynamic's address may have a path of its own before /api/v0 (api.base), which says nothing about the call.
QString withoutBase(const QString& call)
{
    const qsizetype method = call.indexOf(u' ') + 1;
    const qsizetype api = call.indexOf(u"/api/v0/"_s);
    return api < method ? call : call.left(method) + call.mid(api);
}

/// Of a program's source, the words that name what the library can do with a whole key.
QStringList forbiddenWords(const QString& source)
{
    static const QRegularExpression words(
        u"\\b\\w*(export|import|reshare|refresh|keygen|createroom|receivekey|xpriv)\\w*\\b"_s,
        QRegularExpression::CaseInsensitiveOption);
    // Of the language, of Node, and a class whose name is not what it does here.
    static const QStringList harmless = {u"export"_s, u"exports"_s, u"import"_s, u"imports"_s,
                                         u"ExportableEd25519"_s};
    static const QRegularExpression comments(u"^\\s*(//|/?\\*).*$"_s, QRegularExpression::MultilineOption);
    QStringList found;
    for (auto match = words.globalMatch(QString(source).remove(comments)); match.hasNext();) {
        const QString word = match.next().captured();
        if (!harmless.contains(word)) {
            found << word;
        }
    }
    return found;
}

}  // namespace

class AllowedCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (qEnvironmentVariableIsEmpty("COUNTERSIGN_CALL_LOG")) {
            qputenv("COUNTERSIGN_CALL_LOG", m_folder.filePath(u"calls.log"_s).toUtf8());
        }
        m_before = QFile(qEnvironmentVariable("COUNTERSIGN_CALL_LOG")).size();
        QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why()));
        QCOMPARE(m_desk.delegate("EVM", 2).size(), 2U);
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 2; }), qPrintable(m_desk.why()));
        lose();
        const QString wallet =
            QString::fromStdString(m_desk.wallets().at(0).at("walletId").get<std::string>());
        QCOMPARE(run({u"verify"_s, u"--all"_s}), 0);
        QCOMPARE(run({u"dynamic"_s, u"check"_s}), 0);
        QCOMPARE(run({u"reconcile"_s, u"--redeliver"_s, u"--wait"_s, u"60"_s}), 0);
        QCOMPARE(run({u"revoke"_s, wallet, u"--reason"_s, u"a test"_s}), 0);
        QCOMPARE(run({u"revoke"_s, u"--all"_s, u"--reason"_s, u"a test"_s}), 0);
    }

    /// What the desk of this test asked was written down, all of it.
    void whatWasAskedIsRecorded_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind :
             {"GET /api/v0/environments/*/waas/*", "GET /api/v0/environments/*/users/*",
              "GET /api/v0/sdk/*/settings", "GET /api/v0/tokens/me",
              "GET /api/v0/environments/*/waas/delegatedAccess/encryptionPublicKeys",
              "GET /api/v0/environments/*/webhooks", "GET /api/v0/environments/*/webhooks/*/messages",
              "GET /api/v0/environments/*/events/*",
              "POST /api/v0/environments/*/webhooks/*/messages/*/redeliver",
              "DELETE /api/v0/environments/*/waas/*/delegatedAccess",
              "POST /api/v0/environments/*/waas/delegatedAccess/revoke"}) {
            QTest::newRow(kind) << QString::fromLatin1(kind);
        }
    }

    void whatWasAskedIsRecorded()
    {
        QFETCH(const QString, kind);
        const QStringList calls = recorded(m_before);
        QVERIFY2(std::ranges::any_of(calls, [&](const QString& call) { return isOfKind(call, kind); }),
                 qPrintable(calls.join(u'\n')));
    }

    /// Whoever does not say what it is counts as a console; a test says so.
    void onlyAMarkKeepsACallOut()
    {
        const QString unmarked = u"/api/v0/sdk/unmarked/settings"_s;
        const QString marked = u"/api/v0/sdk/marked/settings"_s;
        QNetworkAccessManager network;
        const std::unique_ptr<QNetworkReply> reply(network.get(
            QNetworkRequest(QUrl(QString::fromStdString(m_desk.sandbox().value("url")) + unmarked))));
        QVERIFY(waitUntil([&] { return reply->isFinished(); }, patienceMs));
        QCOMPARE(m_desk.sandbox().call("GET", marked).status, 404);
        const QStringList calls = recorded(m_before);
        QVERIFY(calls.contains(u"GET "_s + unmarked) && !calls.contains(u"GET "_s + marked));
    }

    void everyCallOfTheSuiteIsAllowed()
    {
        QSet<QString> refused;
        const QStringList calls = recorded(0);
        for (const QString& call : calls) {
            if (!isAllowed(withoutBase(call))) {
                refused << call;
            }
        }
        qInfo("%lld calls", static_cast<long long>(calls.size()));
        QVERIFY(!calls.isEmpty());
        QVERIFY2(refused.isEmpty(), qPrintable(u"\n"_s + refused.values().join(u'\n')));
    }

    /// The judge is proved on planted calls.
    void plantedCallsAreRefused_data()
    {
        QTest::addColumn<QString>("call");
        for (const char* call :
             {"POST /api/v0/environments/e/waas/w/privateKey/export", "POST /api/v0/sdk/e/waas/w/exportKey",
              "POST /api/v0/sdk/e/waas/w/reshare", "POST /api/v0/environments/e/waas/w/refresh",
              "POST /api/v0/environments/e/waas/policies", "PUT /api/v0/environments/e/waas/policies",
              "DELETE /api/v0/environments/e/waas/policies", "POST /api/v0/environments/e/waas/authenticate",
              "POST /api/v0/environments/e/tokens", "PUT /api/v0/environments/e/users/u",
              "DELETE /api/v0/environments/e/users/u", "PUT /api/v0/environments/e/webhooks/h",
              "DELETE /api/v0/environments/e/webhooks/h", "POST /api/v0/environments/e/serverSigning/keys",
              "POST /api/v0/environments/e/waas/delegatedAccess/encryptionPublicKeys",
              "POST /api/v0/environments/e/waas/w/delegatedAccess/signMessage/more",
              "GET /api/v0/environments/e/waas/w/../x", "DELETE /api/v0/environments/e/waas/w", ""}) {
            QTest::newRow(*call == '\0' ? "nothing" : call) << QString::fromLatin1(call);
        }
    }

    void plantedCallsAreRefused()
    {
        QFETCH(const QString, call);
        QVERIFY(!isAllowed(call));
    }

    void whatIsDoneIsAllowed()
    {
        for (const QString& call : allowedCalls()) {
            QString some = call;
            QVERIFY2(isAllowed(some.replace(u'*', u'x')), qPrintable(call));
        }
    }

    /// The signing helper is the one program that has the library of the parties.
    void theHelperNamesNothingThatExports()
    {
        QDirIterator files(countersign::sourcePath("app/mpc-helper"), {u"*.mjs"_s}, QDir::Files);
        int read = 0;
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QStringList found = forbiddenWords(QString::fromUtf8(file.readAll()));
            QVERIFY2(found.isEmpty(), qPrintable(file.fileName() + u": "_s + found.join(u", ")));
            ++read;
        }
        QVERIFY(read >= 3);
        for (const QString& planted : {u"signer.exportFullPrivateKey(share)"_s, u"ecdsaReshareNewParty()"_s,
                                       u"await library.refresh(room)"_s, u"importPrivateKeyImporter"_s}) {
            QVERIFY2(!forbiddenWords(planted).isEmpty(), qPrintable(planted));
        }
    }

private:
    int run(const QStringList& arguments) const
    {
        const auto outcome = m_desk.cli().inProfile(arguments);
        if (outcome.exitCode != 0) {
            qWarning("%s", outcome.errors.constData());
        }
        return outcome.exitCode;
    }

    /// Two delegations whose webhooks do not arrive.
    void lose()
    {
        QCOMPARE(m_desk.sandbox().call("PUT", u"/sandbox/faults"_s, R"({"webhook":"lose","times":2})").status,
                 200);
        QCOMPARE(m_desk.delegate("EVM", 2).size(), 2U);
        QVERIFY(waitUntil(
            [&] {
                const Json planned = m_desk.sandbox().call("GET", u"/sandbox/faults"_s).json();
                return planned.is_object() && !planned.contains("webhook");
            },
            patienceMs));
    }

    /// Behind so many bytes of the log.
    static QStringList recorded(qint64 from)
    {
        QFile log(qEnvironmentVariable("COUNTERSIGN_CALL_LOG"));
        QStringList calls;
        if (log.open(QIODevice::ReadOnly) && log.seek(from)) {
            while (!log.atEnd()) {
                calls << QString::fromUtf8(log.readLine()).trimmed();
            }
        }
        return calls;
    }

    QTemporaryDir m_folder;
    Desk m_desk;
    qint64 m_before = 0;
};

COUNTERSIGN_GUILESS_TEST(AllowedCallsTest)
#include "AllowedCalls_test.moc"
