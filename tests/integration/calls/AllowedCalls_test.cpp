#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

// Why: a delegate signs and gives back, and no program of ours is to be able to do more (protocol reference
// §9.1): no export, no refresh or reshare, no change of policies, settings, tokens, users or webhooks. What
// the consoles of the whole suite asked of their Dynamic was written down (COUNTERSIGN_CALL_LOG) and is held
// against all that they may ask.

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

bool isAllowed(const QString& call)
{
    return std::ranges::any_of(allowedCalls(), [&](const QString& allowed) {
        QString pattern = QRegularExpression::escape(allowed);
        pattern.replace(u"\\*"_s, u"[^/]+"_s);
        return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(call).hasMatch();
    });
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
    void everyCallOfTheSuiteIsAllowed()
    {
        QFile log(qEnvironmentVariable("COUNTERSIGN_CALL_LOG"));
        if (!log.exists()) {
            QSKIP("none of the tests that ran asked anything");
        }
        QVERIFY(log.open(QIODevice::ReadOnly));
        QSet<QString> refused;
        int calls = 0;
        while (!log.atEnd()) {
            const QString call = withoutBase(QString::fromUtf8(log.readLine()).trimmed());
            ++calls;
            if (!isAllowed(call)) {
                refused << call;
            }
        }
        qInfo("%d calls", calls);
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
};

COUNTERSIGN_GUILESS_TEST(AllowedCallsTest)
#include "AllowedCalls_test.moc"
