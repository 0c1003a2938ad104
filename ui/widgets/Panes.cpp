#include "ui/widgets/Panes.h"

namespace countersign {

namespace {

QFrame* frameOf(const QString& role, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setProperty("role", role);  // ui/theme/StyleSheet.cpp
    return frame;
}

}  // namespace

QFrame* lineFrame(QWidget* parent)
{
    return frameOf(QStringLiteral("line"), parent);
}

QFrame* cardFrame(QWidget* parent)
{
    return frameOf(QStringLiteral("card"), parent);
}

QFrame* adviceFrame(QWidget* parent)
{
    return frameOf(QStringLiteral("advice"), parent);
}

QScrollArea* scrolling(QWidget* content, QWidget* parent)
{
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    content->setObjectName(QStringLiteral("scrollContent"));
    scroll->setWidget(content);
    content->setAutoFillBackground(false);  // QScrollArea has just set it
    return scroll;
}

}  // namespace countersign
