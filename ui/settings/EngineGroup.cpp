#include "ui/settings/EngineGroup.h"

#include "core/settings/KnownSettings.h"
#include "core/vault/Settings.h"
#include "ui/text/JobText.h"
#include "ui/widgets/Labels.h"

#include <QSslCertificate>
#include <QVBoxLayout>

namespace countersign {

namespace {

QString keyOf(std::string_view key)
{
    return QString::fromLatin1(key.data(), qsizetype(key.size()));
}

/// SHA-256 over the certificate, in pairs, as other tools print it; empty when there is none.
QString fingerprintOf(const QString& pem)
{
    const QList<QSslCertificate> certificates = QSslCertificate::fromData(pem.toLatin1());
    return certificates.isEmpty()
               ? QString()
               : QString::fromLatin1(certificates.constFirst().digest(QCryptographicHash::Sha256).toHex(':'));
}

}  // namespace

EngineGroup::EngineGroup(SettingsControl& control, QWidget* parent)
    : SettingsGroup(tr("Signing engine"),
                    tr("Who takes this console's part in a signing ceremony. It is chosen for this profile "
                       "and shown in every review."),
                    control, parent)
{
    m_sdk = addChoice(EngineKind::Sdk);
    m_enclave = addChoice(EngineKind::Enclave);
#ifdef Q_OS_WIN
    m_sdk->hide();  // Dynamic's library exists for Node on Linux and macOS only
#endif
    m_warning = plainLabel({}, this);
    m_warning->setProperty("role", QStringLiteral("warning"));
    m_warning->setWordWrap(true);
    m_warning->hide();
    connect(m_sdk, &QRadioButton::clicked, this, [this] { choose(EngineKind::Sdk); });
    connect(m_enclave, &QRadioButton::clicked, this, [this] { choose(EngineKind::Enclave); });
    addRow(m_warning);
    add(keyOf(settingKeys::enclaveUrl), tr("Enclave address"), settingSentence(settingKeys::enclaveUrl));
    add(keyOf(settingKeys::enclaveRoot), tr("Root certificate"), settingSentence(settingKeys::enclaveRoot),
        SettingRow::Shape::Lines);
    m_fingerprint = mutedLabel({}, this);
    m_fingerprint->setWordWrap(true);
    m_fingerprint->setIndent(162);  // under the field that it belongs to
    m_fingerprint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    addRow(m_fingerprint);
    add(keyOf(settingKeys::enclavePcr8), tr("PCR8"), settingSentence(settingKeys::enclavePcr8));
    add(keyOf(settingKeys::enclaveTimeout), tr("Time-out"), settingSentence(settingKeys::enclaveTimeout));
    allowNow();
}

QRadioButton* EngineGroup::addChoice(EngineKind engine)
{
    auto* part = new QWidget(this);
    auto* choice = new QRadioButton(engineName(engine), this);
    QLabel* sentence = mutedLabel(engineSentence(engine), part);
    sentence->setWordWrap(true);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(choice);
    sentence->setIndent(24);
    layout->addWidget(sentence);
    choice->setAccessibleDescription(engineSentence(engine));
    addRow(part);
    return choice;
}

SettingRow* EngineGroup::add(const QString& key, const QString& name, const QString& sentence,
                             SettingRow::Shape shape)
{
    auto* row = new SettingRow(key, name, sentence, control(), this, shape);
    m_settings.append(row);
    addRow(row);
    return row;
}

void EngineGroup::choose(EngineKind engine)
{
    if (engine == m_stored) {
        return;
    }
    const auto before = m_stored;
    m_stored = engine;
    const bool lowers = engine == EngineKind::Enclave;
    m_warning->setText(lowers ? tr("This lowers safety: from now on the key share of a wallet leaves this "
                                   "machine whenever it signs.")
                              : QString());
    m_warning->setVisible(lowers);
    control().set(this, keyOf(settingKeys::engine),
                  QString::fromLatin1(toText(engine).data(), qsizetype(toText(engine).size())),
                  [this, before](const Status& status) {
                      setProblem(status ? QString() : status.error().sentence);
                      if (!status) {
                          m_stored = before;
                          choice(before)->setChecked(true);
                          m_warning->hide();
                      }
                  });
}

void EngineGroup::show(const SettingsData& stored)
{
    m_stored =
        engineKindFrom(stored.value(keyOf(settingKeys::engine)).toStdString()).value_or(defaultEngine());
    choice(m_stored)->setChecked(true);
    for (SettingRow* row : m_settings) {
        row->showValue(stored.value(row->key()));
    }
    const QString fingerprint = fingerprintOf(stored.value(keyOf(settingKeys::enclaveRoot)));
    m_fingerprint->setText(fingerprint.isEmpty() ? tr("AWS's root certificate for Nitro enclaves is pinned.")
                                                 : tr("SHA-256 of the pinned root: %1").arg(fingerprint));
}

void EngineGroup::allow(bool ready)
{
    m_sdk->setEnabled(ready);
    m_enclave->setEnabled(ready);
    for (SettingRow* row : m_settings) {
        row->allow(ready);
    }
}

}  // namespace countersign
