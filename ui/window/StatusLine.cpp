#include "ui/window/StatusLine.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QLocale>

namespace countersign {

namespace {

QString toneIcon(Tone tone)
{
    switch (tone) {
        case Tone::Good:
            return QStringLiteral("check");
        case Tone::Warning:
            return QStringLiteral("warning");
        case Tone::Bad:
            return QStringLiteral("error");
        default:
            return QStringLiteral("relay");
    }
}

}  // namespace

StatusLine::StatusLine(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("statusLine"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(32);
    m_dot = new QLabel(this);
    m_liveness = plainLabel({}, this);
    m_liveness->setAccessibleName(tr("Relay"));
    m_sentence = plainLabel({}, this);
    m_sentence->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_waiting = plainLabel({}, this);
    m_waiting->setProperty("role", QStringLiteral("warning"));
    m_waiting->hide();
    m_counts = mutedLabel({}, this);
    m_vaultPicture = new QLabel(this);
    m_vault = mutedLabel({}, this);
    m_version = mutedLabel(QStringLiteral("v" COUNTERSIGN_VERSION), this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 0, 16, 0);
    layout->setSpacing(6);
    layout->addWidget(m_dot);
    layout->addWidget(m_liveness);
    layout->addSpacing(8);
    layout->addWidget(m_sentence, 1);
    layout->addWidget(m_waiting);
    layout->addSpacing(10);
    layout->addWidget(m_counts);
    layout->addSpacing(16);
    layout->addWidget(m_vaultPicture);
    layout->addWidget(m_vault);
    layout->addSpacing(16);
    layout->addWidget(m_version);
    connect(&Theme::instance(), &Theme::changed, this, &StatusLine::recolour);
    setLiveness({});
}

void StatusLine::setLiveness(const Liveness::Status& status)
{
    m_status = status;
    m_liveness->setText(status.text);
    m_sentence->setText(status.sentence);
    m_sentence->setToolTip(plainToolTip(status.sentence));
    m_liveness->setAccessibleDescription(status.sentence);
    recolour();
}

void StatusLine::setCounts(qint64 events, qint64 cursor)
{
    m_counts->setText(
        tr("%1 events · read up to %2").arg(QLocale().toString(events), QLocale().toString(cursor)));
    m_counts->setToolTip(
        tr("Deliveries in this profile, and the number of the last one read from the relay's inbox"));
}

void StatusLine::setWaiting(const QString& words)
{
    m_waiting->setText(words);
    m_waiting->setVisible(!words.isEmpty());
}

void StatusLine::setVault(const QString& icon, const QString& words)
{
    m_vaultIcon = icon;
    m_vault->setText(words);
    recolour();
}

void StatusLine::recolour()
{
    const ThemeColors& colors = Theme::instance().colors();
    const QColor ink = m_status.tone == Tone::Neutral ? colors.muted : colors.tone(m_status.tone).text;
    for (QLabel* label : {m_liveness, m_sentence}) {
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, ink);
        label->setPalette(palette);
    }
    m_dot->setPixmap(iconPixmap(toneIcon(m_status.tone), ink, 16, devicePixelRatioF()));
    if (!m_vaultIcon.isEmpty()) {
        m_vaultPicture->setPixmap(iconPixmap(m_vaultIcon, colors.muted, 16, devicePixelRatioF()));
    }
}

}  // namespace countersign
