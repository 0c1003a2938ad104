#include "core/mpc/sdk/SdkEngineOptions.h"

#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace Qt::StringLiterals;

class SdkEngineOptionsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString make(const QString& path)
    {
        const QString file = m_folder.filePath(path);
        QDir().mkpath(QFileInfo(file).path());
        QFile script(file);
        return script.open(QIODevice::WriteOnly) ? file : QString();
    }

private Q_SLOTS:
    void init() { qunsetenv("COUNTERSIGN_MPC_HELPER"); }

    void anInstallationIsFound()
    {
        const QString script = make(u"installed/libexec/countersign/mpc-helper/mpc-helper.mjs"_s);
        QCOMPARE(sdkHelperLocation(m_folder.filePath(u"installed/bin"_s)), script);
    }

    void aBuildIsFound()
    {
        const QString script = make(u"source/app/mpc-helper/mpc-helper.mjs"_s);
        QDir().mkpath(m_folder.filePath(u"source/build/release/bin"_s));
        QCOMPARE(sdkHelperLocation(m_folder.filePath(u"source/build/release/bin"_s)), script);
        QCOMPARE(sdkHelperLocation(programPath("")), sourcePath("app/mpc-helper/mpc-helper.mjs"));
    }

    void nothingIsNothing() { QCOMPARE(sdkHelperLocation(m_folder.filePath(u"a/b/c/d"_s)), QString()); }

    void theEnvironmentComesFirst()
    {
        const QString script = make(u"other/mpc-helper.mjs"_s);
        qputenv("COUNTERSIGN_MPC_HELPER", QFileInfo(script).path().toLocal8Bit());
        QCOMPARE(sdkHelperLocation(programPath("")), script);
        qputenv("COUNTERSIGN_MPC_HELPER", script.toLocal8Bit());
        QCOMPARE(sdkHelperLocation(programPath("")), script);
        qputenv("COUNTERSIGN_MPC_HELPER", "/nowhere/at/all.mjs");
        QCOMPARE(sdkHelperLocation(programPath("")), u"/nowhere/at/all.mjs"_s);
    }
};

COUNTERSIGN_GUILESS_TEST(SdkEngineOptionsTest)
#include "SdkEngineOptions_test.moc"
