#include "tests/support/processes/CliProcess.h"

#include "core/vault/KeyWrapping.h"
#include "core/vault/Vault.h"
#include "core/vault/database/Database.h"
#include "core/vault/profile/ProfileRecord.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"

#include <QFile>

namespace countersign::testing {

namespace {

QString program()
{
    return programPath("countersign-cli");
}

Json parsed(const QByteArray& text)
{
    return Json::parse(text.begin(), text.end(), nullptr, false);
}

}  // namespace

Json CliProcess::Outcome::json() const
{
    const Json json = parsed(output);
    return json.is_discarded() ? Json() : json;
}

std::vector<Json> CliProcess::Outcome::lines() const
{
    std::vector<Json> lines;
    for (const QByteArray& line : output.split('\n')) {
        const Json json = parsed(line);
        lines.push_back(json.is_discarded() ? Json() : json);
    }
    lines.pop_back();  // behind the last newline
    return lines;
}

CliProcess::Outcome CliProcess::run(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.start(program(), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(longPatienceMs) || process.exitStatus() != QProcess::NormalExit) {
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

bool CliProcess::makeCheapToOpen() const
{
    QFile file(m_passphraseFile);
    if (!file.open(QIODevice::ReadOnly)) {
        return false;
    }
    const SecretBytes passphrase = SecretBytes::copyOf(file.readAll().trimmed().toStdString());
    auto database =
        Database::open(ProfilePaths(m_profile.toStdString()).database(), Database::Mode::ReadWrite);
    auto record = database ? ProfileRecord::read(**database) : failure(database.error());
    const auto vaultKey = record ? unwrapVaultKey(*record, {}, passphrase) : failure(record.error());
    if (!vaultKey) {
        return false;
    }
    record->passphraseCost->operations = 1;
    record->passphraseCost->memoryBytes = 8ULL << 20U;
    if (!wrapVaultKey(*record, *vaultKey, {}, passphrase)) {
        return false;
    }
    (*database)->handle().exec("DELETE FROM profile");
    return record->write(**database).has_value();
}

QStringList CliProcess::completed(const QStringList& arguments) const
{
    QStringList all = QStringList{QStringLiteral("--profile"), m_profile} + arguments;
    if (!m_passphraseFile.isEmpty()) {
        all << QStringLiteral("--passphrase-file") << m_passphraseFile;
    }
    return all;
}

CliProcess::Outcome CliProcess::inProfile(const QStringList& arguments, const QByteArray& input) const
{
    return run(completed(arguments), input);
}

std::unique_ptr<QProcess> CliProcess::startInProfile(const QStringList& arguments) const
{
    auto process = std::make_unique<QProcess>();
    process->start(program(), completed(arguments));
    process->closeWriteChannel();
    return process;
}

void writePrivateFile(const QString& path, const QByteArray& content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) ||
        file.write(content) != content.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

}  // namespace countersign::testing
