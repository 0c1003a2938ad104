#include "ui/widgets/Labels.h"

#include "ui/theme/Theme.h"

#include <QStyle>

namespace countersign {

QLabel* plainLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

QLabel* plainLabel(const QString& text, QWidget* parent, const QFont& font)
{
    QLabel* label = plainLabel(text, parent);
    label->setFont(font);
    return label;
}

QLabel* mutedLabel(const QString& text, QWidget* parent)
{
    QLabel* label = plainLabel(text, parent);
    label->setProperty("role", QStringLiteral("muted"));
    return label;
}

QLabel* sectionLabel(const QString& text, QWidget* parent)
{
    return plainLabel(text, parent, Theme::font(1.0, QFont::DemiBold));
}

QLabel* valueLabel(const QString& text, QWidget* parent)
{
    QLabel* label = plainLabel(text, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setCursor(Qt::IBeamCursor);
    return label;
}

void setRole(QWidget* widget, const QString& role)
{
    widget->setProperty("role", role);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

}  // namespace countersign
