#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QDirIterator>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

// Why: "lower layers never include higher ones" (design.md §2) is only true as long as something reads the
// includes. The checker is proved on planted violations, so that a silent checker cannot pass.

using namespace Qt::StringLiterals;

namespace {

struct Layer
{
    QString folder;
    QStringList mayInclude;  ///< folders, besides its own
    bool widgets = false;
};

// A layer may use all that the layers named in design.md §2 stand on themselves.
const QList<Layer>& layers()
{
    static const QStringList vault = {u"core/base"_s, u"core/crypto"_s};
    static const QStringList audit = vault + QStringList{u"core/vault"_s};
    static const QStringList delegation = audit + QStringList{u"core/audit"_s};
    static const QStringList inbox = delegation + QStringList{u"core/delegation"_s};
    static const QList<Layer> all = {
        {u"core/base"_s, {}},
        {u"core/crypto"_s, {u"core/base"_s}},
        {u"core/chain"_s, {u"core/base"_s, u"core/crypto"_s}},
        {u"core/meaning"_s, {u"core/base"_s, u"core/crypto"_s, u"core/chain"_s}},
        {u"core/vault"_s, vault},
        {u"core/audit"_s, audit},
        {u"core/settings"_s,
         audit + QStringList{u"core/audit"_s, u"core/mpc"_s, u"core/net"_s, u"core/rpc"_s}},
        {u"core/policy"_s,
         audit + QStringList{u"core/audit"_s, u"core/chain"_s, u"core/meaning"_s, u"core/settings"_s}},
        {u"core/delegation"_s, delegation},
        {u"core/addressbook"_s, inbox},
        {u"core/inbox"_s, inbox + QStringList{u"core/net"_s}},
        {u"core/net"_s, {u"core/base"_s}},
        {u"core/dynamic"_s, {u"core/base"_s, u"core/net"_s}},
        {u"core/rpc"_s, {u"core/base"_s, u"core/net"_s}},
        {u"core/mpc"_s, {u"core/base"_s, u"core/crypto"_s, u"core/net"_s}},
        {u"core/signing"_s,
         inbox + QStringList{u"core/settings"_s, u"core/addressbook"_s, u"core/inbox"_s, u"core/chain"_s,
                             u"core/meaning"_s, u"core/policy"_s, u"core/mpc"_s, u"core/net"_s,
                             u"core/dynamic"_s, u"core/rpc"_s}},
        {u"core/revocation"_s,
         inbox + QStringList{u"core/settings"_s, u"core/inbox"_s, u"core/dynamic"_s, u"core/signing"_s}},
        {u"core/inspection"_s,
         inbox + QStringList{u"core/settings"_s, u"core/inbox"_s, u"core/net"_s, u"core/dynamic"_s}},
        {u"core/health"_s, inbox + QStringList{u"core/inspection"_s}},
        {u"core/search"_s, inbox + QStringList{u"core/inbox"_s, u"core/signing"_s}},
        {u"core/profile"_s,
         inbox + QStringList{u"core/inbox"_s, u"core/chain"_s, u"core/mpc"_s, u"core/net"_s,
                             u"core/dynamic"_s, u"core/rpc"_s, u"core/settings"_s, u"core/signing"_s,
                             u"core/revocation"_s, u"core/inspection"_s}},
        {u"services/http"_s, {u"core/base"_s}},
        {u"services/relay"_s, {u"core/base"_s, u"core/crypto"_s, u"services/http"_s}},
        {u"services/sandbox"_s, {u"core/base"_s, u"core/crypto"_s, u"services/http"_s}},
        {u"ui"_s, {u"core"_s}, true},
        {u"app/console"_s, {u"core"_s, u"ui"_s}, true},
        {u"app/cli"_s, {u"core"_s}},
        {u"app/relay"_s, {u"core/base"_s, u"core/crypto"_s, u"services/http"_s, u"services/relay"_s}},
        {u"app/sandbox"_s, {u"core/base"_s, u"core/crypto"_s, u"services/http"_s, u"services/sandbox"_s}},
    };
    return all;
}

bool isInside(const QString& path, const QString& folder)
{
    return path.startsWith(folder + u'/');
}

bool isWidgetHeader(const QString& name)
{
    static const QDir headers(QLibraryInfo::path(QLibraryInfo::HeadersPath));
    if (name.startsWith(u"QtWidgets"_s) || name.startsWith(u"QtGui"_s)) {
        return true;
    }
    return name.startsWith(u'Q') &&
           (headers.exists(u"QtWidgets/"_s + name) || headers.exists(u"QtGui/"_s + name));
}

/// One sentence per violation, "file:line: what".
QStringList violations(const QString& root)
{
    static const QRegularExpression include(u"^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"_s);
    QStringList found;
    QDirIterator files(root, {u"*.h"_s, u"*.hpp"_s, u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString file = QDir(root).relativeFilePath(files.next());
        static const QRegularExpression ours(u"^(core|services|ui|app)/"_s);
        if (!ours.match(file).hasMatch()) {
            continue;
        }
        const auto layer = std::find_if(layers().begin(), layers().end(), [&](const Layer& candidate) {
            return isInside(file, candidate.folder);
        });
        if (layer == layers().end()) {
            found << file + u": belongs to no layer"_s;
            continue;
        }
        QFile source(root + u'/' + file);
        if (!source.open(QIODevice::ReadOnly)) {
            found << file + u": cannot be read"_s;
            continue;
        }
        const QStringList lines = QString::fromUtf8(source.readAll()).split(u'\n');
        for (int i = 0; i < lines.size(); ++i) {
            const auto match = include.match(lines.at(i));
            if (!match.hasMatch()) {
                continue;
            }
            const QString target = match.captured(2);
            const QString place = QString(u"%1:%2: %3"_s).arg(file).arg(i + 1).arg(target);
            if (match.captured(1) == u'<') {
                if (!layer->widgets && isWidgetHeader(target)) {
                    found << place + u" is a header of a window"_s;
                }
                continue;
            }
            if (target.endsWith(u".moc"_s)) {
                continue;
            }
            if (!ours.match(target).hasMatch() || target.contains(u".."_s)) {
                found << place + u" is not named from the root of the repository"_s;
            } else if (!isInside(target, layer->folder) &&
                       std::none_of(layer->mayInclude.begin(), layer->mayInclude.end(),
                                    [&](const QString& folder) { return isInside(target, folder); })) {
                found << place + u" belongs to a layer that "_s + layer->folder + u" must not know"_s;
            }
        }
    }
    return found;
}

}  // namespace

class LayersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theHouseStands()
    {
        const QStringList found = violations(countersign::sourcePath(""));
        QVERIFY2(found.isEmpty(), qPrintable(u"\n"_s + found.join(u'\n')));
    }

    void everyLayerIsRead()
    {
        // A checker that finds no file finds no violation either.
        QDir root(countersign::sourcePath(""));
        for (const char* file : {"core/base/encoding/Hex.cpp", "core/vault/database/Database.cpp"}) {
            QVERIFY2(root.exists(QString::fromLatin1(file)), file);
        }
    }

    void plantedViolationsAreFound_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("isViolation");
        QTest::newRow("base knows crypto")
            << u"core/base/A.h"_s << u"#include \"core/crypto/primitives/Hmac.h\""_s << true;
        QTest::newRow("crypto knows vault")
            << u"core/crypto/A.cpp"_s << u"#include \"core/vault/Vault.h\""_s << true;
        QTest::newRow("vault knows audit")
            << u"core/vault/A.cpp"_s << u"#include \"core/audit/AuditLog.h\""_s << true;
        QTest::newRow("audit knows delegation")
            << u"core/audit/A.cpp"_s << u"#include \"core/delegation/Wallet.h\""_s << true;
        QTest::newRow("delegation knows inbox")
            << u"core/delegation/A.cpp"_s << u"#include \"core/inbox/source/Feed.h\""_s << true;
        QTest::newRow("meaning knows policy")
            << u"core/meaning/A.cpp"_s << u"#include \"core/policy/facts/PolicyFacts.h\""_s << true;
        QTest::newRow("policy knows signing")
            << u"core/policy/A.cpp"_s << u"#include \"core/signing/job/Job.h\""_s << true;
        QTest::newRow("core knows ui") << u"core/inbox/A.cpp"_s << u"#include \"ui/Window.h\""_s << true;
        QTest::newRow("core knows app")
            << u"core/inbox/A.cpp"_s << u"#  include \"app/cli/Terminal.h\""_s << true;
        QTest::newRow("core knows a widget") << u"core/inbox/A.cpp"_s << u"#include <QLabel>"_s << true;
        QTest::newRow("core knows a module")
            << u"core/inbox/A.cpp"_s << u"#include <QtWidgets/QLabel>"_s << true;
        QTest::newRow("cli knows a widget") << u"app/cli/A.cpp"_s << u"  #include <QApplication>"_s << true;
        QTest::newRow("cli knows ui") << u"app/cli/A.cpp"_s << u"#include \"ui/Window.h\""_s << true;
        QTest::newRow("relay knows vault")
            << u"services/relay/A.cpp"_s << u"#include \"core/vault/Vault.h\""_s << true;
        QTest::newRow("relay knows sandbox")
            << u"services/relay/A.cpp"_s << u"#include \"services/sandbox/state/WalletStore.h\""_s << true;
        QTest::newRow("http knows crypto")
            << u"services/http/A.cpp"_s << u"#include \"core/crypto/primitives/Hmac.h\""_s << true;
        QTest::newRow("ui knows app") << u"ui/A.cpp"_s << u"#include \"app/console/main.h\""_s << true;
        QTest::newRow("ui knows services")
            << u"ui/A.cpp"_s << u"#include \"services/http/server/HttpServer.h\""_s << true;
        QTest::newRow("sibling by bare name") << u"core/base/A.cpp"_s << u"#include \"Hex.h\""_s << true;
        QTest::newRow("upwards by path")
            << u"core/base/A.cpp"_s << u"#include \"core/base/../vault/Vault.h\""_s << true;
        QTest::newRow("unknown layer") << u"core/attic/A.cpp"_s << u""_s << true;

        QTest::newRow("own layer") << u"core/base/A.cpp"_s << u"#include \"core/base/encoding/Hex.h\""_s
                                   << false;
        QTest::newRow("layer below") << u"core/inbox/A.cpp"_s << u"#include \"core/vault/Vault.h\""_s
                                     << false;
        QTest::newRow("widget in ui") << u"ui/A.cpp"_s << u"#include <QLabel>"_s << false;
        QTest::newRow("Qt without a window") << u"core/inbox/A.cpp"_s << u"#include <QObject>"_s << false;
        QTest::newRow("generated") << u"core/inbox/A.cpp"_s << u"#include \"A.moc\""_s << false;
        QTest::newRow("outside the house") << u"tests/A.cpp"_s << u"#include \"ui/Window.h\""_s << false;
    }

    void plantedViolationsAreFound()
    {
        QFETCH(const QString, file);
        QFETCH(const QString, line);
        QFETCH(const bool, isViolation);
        QTemporaryDir house;
        QVERIFY(QDir(house.path()).mkpath(QFileInfo(file).path()));
        QFile source(house.filePath(file));
        QVERIFY(source.open(QIODevice::WriteOnly));
        source.write("#pragma once\n" + line.toUtf8() + "\n");
        source.close();
        const QStringList found = violations(house.path());
        QCOMPARE(found.size(), isViolation ? 1 : 0);
        if (isViolation) {
            QVERIFY(found.first().startsWith(file));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(LayersTest)
#include "Layers_test.moc"
