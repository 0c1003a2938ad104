#pragma once

#include "core/base/encoding/Json.h"

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <memory>

namespace countersign::testing {

/// The command line as a child process, on a profile in a folder and the passphrase file that goes with it.
/// Its contract (design.md §7) is only shown on the real program.
class CliProcess
{
public:
    struct Outcome
    {
        int exitCode = -1;  ///< -1 when it crashed or did not end
        QByteArray output;
        QByteArray errors;

        /// Null when the output is not one JSON document.
        Json json() const;
        /// One element per line; null for a line that is no JSON.
        std::vector<Json> lines() const;
    };

    CliProcess(QString profile, QString passphraseFile)
        : m_profile(std::move(profile)), m_passphraseFile(std::move(passphraseFile))
    {}

    /// Exactly these arguments.
    static Outcome run(const QStringList& arguments, const QByteArray& input = {});
    /// With --profile and --passphrase-file.
    Outcome inProfile(const QStringList& arguments, const QByteArray& input = {}) const;
    /// The same, running; to be killed by the test.
    std::unique_ptr<QProcess> startInProfile(const QStringList& arguments) const;

    /// Wraps the profile's key anew at the cheapest cost. What Argon2id costs is no matter of tests that open
    /// a profile at every call.
    bool makeCheapToOpen() const;

    const QString& profile() const { return m_profile; }
    const QString& passphraseFile() const { return m_passphraseFile; }

private:
    QStringList completed(const QStringList& arguments) const;

    QString m_profile;
    QString m_passphraseFile;
};

/// Writes content to a file that only its owner reads; ends the test program when that fails.
void writePrivateFile(const QString& path, const QByteArray& content);

}  // namespace countersign::testing
