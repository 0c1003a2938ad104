#include "ui/settings/TamperedSettingsPanel.h"

#include "core/base/Bytes.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/SanitizedText.h"
#include "core/crypto/primitives/Sha256.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

namespace countersign {

namespace {

constexpr qsizetype shownCharacters = 200;

/// What is confirmed must have been seen: where the value is too long for that (a certificate), its
/// fingerprint stands for the rest.
QString valueWords(const QString& value)
{
    const std::string bytes = value.toStdString();
    const QString begin = visibleText(value.left(shownCharacters).toStdString());
    if (value.size() <= shownCharacters) {
        return TamperedSettingsPanel::tr("It is now: %1").arg(begin);
    }
    return TamperedSettingsPanel::tr("It is now: %1 … and %2 more characters; SHA-256 of all of it: %3")
        .arg(begin)
        .arg(value.size() - shownCharacters)
        .arg(QString::fromStdString(toHex(sha256(asBytes(bytes)))));
}

}  // namespace

TamperedSettingsPanel::TamperedSettingsPanel(SettingsControl& control, QWidget* parent)
    : QFrame(parent), m_control(control)
{
    setProperty("role", QStringLiteral("card"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(10);
    layout->addWidget(
        plainLabel(tr("Changed outside Countersign"), this, Theme::font(1.25, QFont::DemiBold)));
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(8);
    layout->addLayout(m_rows);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    layout->addWidget(m_problem);
    connect(&m_control, &SettingsControl::trustChanged, this, &TamperedSettingsPanel::build);
    connect(&m_control, &SettingsControl::readyChanged, this, &TamperedSettingsPanel::build);
    build();
}

void TamperedSettingsPanel::show(const SettingsData& stored)
{
    m_stored = stored;
    build();
}

void TamperedSettingsPanel::build()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const SettingsTrust& trust = m_control.trust();
    if (!trust.problem.isEmpty()) {
        QLabel* words = plainLabel(trust.problem, this);
        words->setProperty("role", QStringLiteral("bad"));
        words->setWordWrap(true);
        m_rows->addWidget(words);
    }
    for (const TrustFinding& finding : trust.findings) {
        addRow(finding);
    }
    setVisible(!trust.isGood());
}

void TamperedSettingsPanel::addRow(const TrustFinding& finding)
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    const QString key = QString::fromStdString(finding.key);
    const bool isSetting = finding.table == trustedTables::setting;
    const QString shownKey = sanitizedText(finding.key, shownCharacters);
    const bool isThere = isSetting && finding.what != TrustFinding::What::Removed;
    // Empty until the page has read what is there: nothing is confirmed before.
    const QString value = isThere ? m_stored.value(key) : QString();
    QString text = finding.sentence();
    if (!value.isEmpty()) {
        text += u'\n' + valueWords(value);
    }
    QLabel* words = plainLabel(text, row);
    words->setProperty("role", QStringLiteral("bad"));
    words->setWordWrap(true);
    layout->addWidget(words, 1);
    if (!value.isEmpty()) {
        layout->addWidget(
            offer(tr("It is right"), tr("The value of %1 is right").arg(shownKey), key, value, row), 0,
            Qt::AlignTop);
    }
    if (isSetting && finding.what != TrustFinding::What::Changed) {
        layout->addWidget(offer(tr("Leave it out"), tr("Leave %1 out").arg(shownKey), key, {}, row), 0,
                          Qt::AlignTop);
    }
    m_rows->addWidget(row);
}

/// value: empty to remove the setting.
QPushButton* TamperedSettingsPanel::offer(const QString& words, const QString& accessibleName,
                                          const QString& key, const QString& value, QWidget* row)
{
    auto* button = new QPushButton(words, row);
    button->setAccessibleName(accessibleName);
    button->setEnabled(m_control.isReady());
    connect(button, &QPushButton::clicked, this, [this, key, value] {
        m_control.set(this, key, value, [this](const Status& status) {
            m_problem->setText(status ? QString() : status.error().sentence);
            m_problem->setVisible(!status);
        });
    });
    return button;
}

}  // namespace countersign
